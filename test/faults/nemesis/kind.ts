// What a kind of fault is: chosen by a seed, begun on the stand, ended again, and all of it data.
import type { Load } from '../load/load.ts'
import type { Random } from '../random.ts'
import type { Journal } from '../records/journal.ts'
import type { Fault, NemesisLine } from '../records/lines.ts'
import type { Stand } from '../stand/stand.ts'

/** Faults of one area never overlap: two brokers gone is another fault than one and one. */
export type Area =
  | 'brokers'
  | 'postgres'
  | 'redis'
  | 'api'
  | 'relay'
  | 'gateway'
  | 'workers'
  | 'records'

export interface Plan {
  readonly target: string
  /** From its begin to the begin of its end. */
  readonly holdMs: number
  readonly parameters: Fault['parameters']
}

export interface Arena {
  readonly stand: Stand
  readonly load: Load
  readonly journal: Journal<NemesisLine>
}

export interface FaultKind {
  readonly name: string
  readonly area: Area
  plan(random: Random): Plan
  begin(arena: Arena, plan: Plan): Promise<Begun>
}

export interface Begun {
  /** What was hit in the end, where the plan could not know. */
  readonly target?: string
  /** Heals it; resolves when what was hit serves again. */
  end(): Promise<void>
}

/** A fault in its place in a run. */
export interface Scheduled {
  readonly atMs: number
  readonly kind: string
  readonly plan: Plan
}
