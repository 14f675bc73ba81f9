// What one worker does: a range of seeds, counted, with the whole story of each that failed.
import type { RunResult } from 'sosik/testing'
import { FLAWS } from './flaws.ts'
import { runSceneOf } from './scenes.ts'

export interface Range {
  readonly from: number
  readonly to: number
  /** A seeded flaw's name; without one the product runs as it is. */
  readonly flaw?: string
}

export interface Batch {
  readonly seeds: number
  readonly failed: readonly RunResult[]
  readonly reached: ReadonlyMap<string, number>
}

/** From `from` up to `to` (exclusive); with a flaw no further than the first seed that failed. */
export async function runBatch({ from, to, flaw }: Range): Promise<Batch> {
  const run = FLAWS.find(({ name }) => name === flaw)?.run ?? runSceneOf
  const reached = new Map<string, number>()
  const failed: RunResult[] = []
  let seed = from
  for (; seed < to && (flaw === undefined || failed.length === 0); seed += 1) {
    const result = await run(seed)
    for (const state of result.reached) reached.set(state, (reached.get(state) ?? 0) + 1)
    if (result.violations.length > 0) failed.push(result)
  }
  return { seeds: seed - from, failed, reached }
}
