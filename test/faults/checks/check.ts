// What a check is: a pure function over a run's history that says what it looked at and what broke.
import type { History } from '../records/history.ts'

export interface Verdict {
  /** How many things were looked at; a check that saw nothing says nothing. */
  readonly looked: number
  /** One sentence each. */
  readonly violations: readonly string[]
}

export interface Check {
  readonly name: string
  readonly failsWhen: string
  run(history: History): Verdict
}
