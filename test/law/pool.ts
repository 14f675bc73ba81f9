// Batches of rounds over a few threads, each with a world of its own.
import { overThreads } from '../support/threads.ts'
import type { Played, Playing } from './play.ts'

const ROUNDS_AT_ONCE = 50
const THREADS_MAX = 4

/** Batches have one seed after the other; no other is begun after one that failed. */
export async function playAll(playing: Playing): Promise<Played> {
  const { rounds, seed } = playing
  const batches = Array.from({ length: Math.ceil(rounds / ROUNDS_AT_ONCE) }, (_, at) => ({
    ...playing,
    rounds: Math.min(rounds - at * ROUNDS_AT_ONCE, ROUNDS_AT_ONCE),
    seed: seed + at,
  }))
  const played: Played[] = []
  await overThreads<Playing, Played>(batches, {
    program: new URL('./worker.ts', import.meta.url),
    threadsMax: THREADS_MAX,
    done(batch) {
      played.push(batch)
      return batch.differences.length === 0
    },
  })
  return sumOf(played)
}

function sumOf(played: readonly Played[]): Played {
  const heard = new Map<string, number>()
  for (const [type, count] of played.flatMap((one) => [...one.heard])) {
    heard.set(type, (heard.get(type) ?? 0) + count)
  }
  return {
    rounds: played.reduce((sum, one) => sum + one.rounds, 0),
    differences: played.flatMap((one) => one.differences),
    heard,
  }
}
