// Work for a few threads, each item to the thread that is free first.
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { type ResourceLimits, Worker } from 'node:worker_threads'

export interface Threads<Item, Answer> {
  /** A program that answers each message with one of its own. */
  readonly program: URL
  readonly threadsMax: number
  readonly resourceLimits?: ResourceLimits
  /** Called with each answer as it comes; false ends all work. */
  readonly done: (answer: Answer, item: Item) => boolean | void
}

/** Resolves when all are answered; rejects when a thread fails, or ends by itself. */
export async function overThreads<Item, Answer>(
  items: readonly Item[],
  { program, threadsMax, resourceLimits = {}, done }: Threads<Item, Answer>,
): Promise<void> {
  const queue = items.values()
  const over = new AbortController()
  async function work(): Promise<void> {
    const worker = new Worker(program, { resourceLimits })
    const exited = new AbortController()
    worker.once('exit', () => exited.abort(new Error('A thread has ended before its work.')))
    const signal = AbortSignal.any([exited.signal, over.signal])
    try {
      for (const item of queue) {
        worker.postMessage(item)
        const [answer] = (await once(worker, 'message', { signal })) as [Answer]
        if (done(answer, item) === false) return over.abort()
      }
    } catch (error) {
      // The others are not waited for, and what becomes of their work is nobody's business.
      if (over.signal.aborted) return
      over.abort()
      throw error
    } finally {
      await worker.terminate()
    }
  }
  const threads = Math.min(availableParallelism(), threadsMax, items.length)
  await Promise.all(Array.from({ length: threads }, work))
}
