// Ranges of seeds over a few threads, each range to the thread that is free first.
import { availableParallelism } from 'node:os'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Batch, Range } from './batch.ts'

const THREADS_MAX = 8

/** Calls `done` with each range's batch as it comes, until there is none left or it says stop. */
export async function runRanges(
  ranges: readonly Range[],
  done: (batch: Batch, range: Range) => 'stop' | void,
): Promise<void> {
  const queue = ranges.values()
  let isOver = false
  async function work(): Promise<void> {
    const worker = new Worker(new URL('./worker.ts', import.meta.url))
    try {
      for (const range of queue) {
        if (isOver) return
        worker.postMessage(range)
        const [batch] = (await once(worker, 'message')) as [Batch]
        if (done(batch, range) === 'stop') isOver = true
      }
    } finally {
      await worker.terminate()
    }
  }
  const threads = Math.min(availableParallelism(), THREADS_MAX, ranges.length)
  await Promise.all(Array.from({ length: threads }, work))
}
