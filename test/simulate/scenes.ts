// What a seed plays: the whole shop, a part of it by itself, or the last mile.
import { RARE_STATES, type RunResult, runSeed } from 'sosik/testing'
import { LIVE_STATES, runLiveSeed } from './live/scene.ts'
import { billingAlone, mailingAlone, relaysAlone, wholeShop } from './shop.ts'

/** By the seed. One group alone costs half as much as two, and breaks most of what they would. */
const SCENES = [
  wholeShop,
  billingAlone,
  mailingAlone,
  'last mile',
  relaysAlone,
  billingAlone,
  mailingAlone,
  'last mile',
] as const

export function runSceneOf(seed: number, keepsHistory = true): Promise<RunResult> {
  const scene = SCENES[seed % SCENES.length] ?? 'last mile'
  if (scene === 'last mile') return runLiveSeed(seed, keepsHistory)
  return runSeed(scene, seed, keepsHistory)
}

/** What a full simulation must have come through. */
export const STATES: readonly string[] = [...RARE_STATES, ...LIVE_STATES]
