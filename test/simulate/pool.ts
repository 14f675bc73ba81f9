// Ranges of seeds over a few threads, each range to the thread that is free first.
import { overThreads } from '../support/threads.ts'
import type { Batch, Range } from './batch.ts'

const THREADS_MAX = 8
const SEEDS_A_RANGE = 50
/** A run leaves much garbage and keeps none: room for a few hundred runs costs fewer sweeps. */
const resourceLimits = { maxYoungGenerationSizeMb: 64 }

export function rangesOf({ from, to, ...rest }: Range): Range[] {
  return Array.from({ length: Math.ceil((to - from) / SEEDS_A_RANGE) }, (_, at) => {
    const start = from + at * SEEDS_A_RANGE
    return { ...rest, from: start, to: Math.min(start + SEEDS_A_RANGE, to) }
  })
}

/** Calls `done` with each range's batch as it comes. */
export function runRanges(
  ranges: readonly Range[],
  done: (batch: Batch, range: Range) => void,
): Promise<void> {
  const program = new URL('./worker.ts', import.meta.url)
  return overThreads(ranges, { program, threadsMax: THREADS_MAX, resourceLimits, done })
}
