// Something that is done again and again, one time after the other, until it is stopped.
import type { Clock } from '../clock.ts'

export interface Repeating {
  /** Resolves when nothing of it is at work any more. */
  stop(): Promise<void>
}

/** The first time after one interval; `work` must not reject. */
export function every(clock: Clock, intervalMs: number, work: () => Promise<void>): Repeating {
  let stopped = false
  let working: Promise<void> = Promise.resolve()
  let cancel = wait()

  function wait(): () => void {
    return clock.after(intervalMs, () => {
      working = work().then(() => {
        if (!stopped) cancel = wait()
      })
    })
  }

  return {
    stop() {
      stopped = true
      cancel()
      return working
    },
  }
}
