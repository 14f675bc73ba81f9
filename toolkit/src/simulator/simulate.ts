// The simulator for the tests of a toolkit's user: many seeds, and the first that breaks a promise.
import { type RunResult, toldIfBroken } from './play.ts'
import { runSeed, type Scenario } from './run.ts'

export interface SimulateOptions extends Scenario {
  /** How many seeds; 200 unless given. Each is another order, other faults, other crashes. */
  readonly seeds?: number
  /** The first one; a seed that failed once is worth a test of its own: `from: 17, seeds: 1`. */
  readonly from?: number
}

export interface SimulateReport {
  readonly seeds: number
  /** In how many seeds each rare state came up. */
  readonly reached: ReadonlyMap<string, number>
}

const SEEDS = 200
const HISTORY_LINES_MAX = 60

/** Names the seed; its message holds what was broken and the end of the history. */
export class SimulationError extends Error {
  readonly seed: number
  constructor(result: RunResult) {
    super(failureText(result))
    this.name = 'SimulationError'
    this.seed = result.seed
  }
}

/**
 * Runs the groups' handlers in a world of virtual time, in which processes crash, stand still and
 * come back, requests are late, refused or done without an answer, and partitions move. Rejects
 * with `SimulationError` for the first seed in which a promise of the toolkit or the scenario's
 * `invariant` is broken. Handlers must not wait for anything outside of the simulated world.
 */
export async function simulate(options: SimulateOptions): Promise<SimulateReport> {
  const { seeds = SEEDS, from = 1 } = options
  const reached = new Map<string, number>()
  for (let seed = from; seed < from + seeds; seed += 1) {
    const result = await toldIfBroken((keepsHistory) => runSeed(options, seed, keepsHistory))
    if (result.violations.length > 0) throw new SimulationError(result)
    for (const state of result.reached) reached.set(state, (reached.get(state) ?? 0) + 1)
  }
  return { seeds, reached }
}

/** What is broken, and how it came to it. */
export function failureText({ seed, violations, history }: RunResult): string {
  const lines = history.slice(-HISTORY_LINES_MAX).map((line) => `  ${line}`)
  return [`seed ${seed}: ${violations.join('; ')}`, ...lines].join('\n')
}
