// What a seed plays: most of them the shop with its groups, some the last mile.
import { RARE_STATES, type RunResult, runSeed } from 'sosik/testing'
import { LIVE_STATES, runLiveSeed } from './live/scene.ts'
import { scenario } from './shop.ts'

const LAST_MILE_EVERY = 4

export function runSceneOf(seed: number): Promise<RunResult> {
  return seed % LAST_MILE_EVERY === 0 ? runLiveSeed(seed) : runSeed(scenario, seed)
}

/** What a full simulation must have come through. */
export const STATES: readonly string[] = [...RARE_STATES, ...LIVE_STATES]
