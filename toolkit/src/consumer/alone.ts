// Who runs in a process: many handlers beside each other, or one that is suspected, all alone.
import { type Clock, systemClock } from '../clock.ts'

/**
 * One a process. A record that may end the process is run while nothing else is, so that an end of
 * the process is its doing and no other's.
 */
export interface Alone {
  /** Lets an ordinary handler in: undefined at once, or a promise of its turn to ask again. */
  enter(): Promise<void> | undefined
  leave(): void
  /** Runs `work` once those inside have left, and lets nobody in before it ends. */
  run<Result>(work: () => Promise<Result>): Promise<Result>
}

/** Longer than handlers take: only what hangs is waited for in vain, and then no longer. */
const WAIT_MS_MAX = 60_000

export function createAlone(clock: Clock = systemClock): Alone {
  let inside = 0
  /** The end of the runs alone that were asked for; undefined when there is none. */
  let closed: Promise<void> | undefined
  let emptied = () => {}

  /** Resolves when `call` has been called or the wait is too long. */
  function bounded(give: (call: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(WAIT_MS_MAX, resolve)
      give(() => {
        cancel()
        resolve()
      })
    })
  }

  async function whenEmpty(): Promise<void> {
    if (inside === 0) return
    await bounded((call) => {
      emptied = call
    })
    emptied = () => {}
  }

  async function endOf(run: Promise<unknown>, before: Promise<void> | undefined): Promise<void> {
    await before
    await bounded((call) => void run.then(call, call))
  }

  return {
    enter() {
      if (closed !== undefined) return closed
      inside += 1
      return undefined
    },
    leave() {
      inside -= 1
      if (inside === 0) emptied()
    },
    run(work) {
      const before = closed
      const run = (async () => {
        await before
        await whenEmpty()
        return await work()
      })()
      const ended = endOf(run, before)
      closed = ended
      // First of all who wait for it, so that they find the way free.
      void ended.then(() => {
        if (closed === ended) closed = undefined
      })
      return run
    },
  }
}

/** What consumers of one process share when they are told nothing else. */
export const aloneInProcess = createAlone()
