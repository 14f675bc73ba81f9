// What one worker does: a range of seeds, counted, with the whole story of each that failed.
import { type RunResult, toldIfBroken } from 'sosik/testing'
import { FLAWS } from './flaws/index.ts'
import { runSceneOf } from './scenes.ts'

export interface Range {
  readonly from: number
  readonly to: number
  /** A seeded flaw's name; without one the product runs as it is. */
  readonly flaw?: string
}

export interface Batch {
  readonly failed: readonly RunResult[]
  readonly reached: ReadonlyMap<string, number>
}

/** From `from` up to `to` (exclusive). What a flaw breaks needs no history: it is known. */
export async function runBatch({ from, to, flaw }: Range): Promise<Batch> {
  const flawed = FLAWS.find(({ name }) => name === flaw)
  const run = flawed
    ? (seed: number) => flawed.run(seed, false)
    : (seed: number) => toldIfBroken((keepsHistory) => runSceneOf(seed, keepsHistory))
  const reached = new Map<string, number>()
  const failed: RunResult[] = []
  for (let seed = from; seed < to; seed += 1) {
    const result = await run(seed)
    for (const state of result.reached) reached.set(state, (reached.get(state) ?? 0) + 1)
    if (result.violations.length > 0) failed.push(result)
  }
  return { failed, reached }
}
