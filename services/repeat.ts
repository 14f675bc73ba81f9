// Does a work again and again, with a pause after each time, until it is stopped.
import { type Clock, sleep } from 'sosik'

export interface Repeat {
  start(): void
  /** Resolves when no work is running any more and none will start. */
  stop(): Promise<void>
}

export interface RepeatOptions {
  readonly clock: Clock
  readonly pauseMs: number
  readonly work: () => Promise<void>
  /** Hears of each run that failed; the next one comes all the same. */
  readonly onError: (error: Error) => void
}

export function createRepeat({ clock, pauseMs, work, onError }: RepeatOptions): Repeat {
  const stopping = new AbortController()
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    for (;;) {
      await sleep(clock, pauseMs, stopping.signal)
      if (stopping.signal.aborted) return
      await work().catch(onError)
    }
  }

  return {
    start() {
      running ??= run()
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}
