// Time as a part: what the machine's clock, or a test's virtual one, gives to the toolkit.

export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number
  /**
   * Calls once after `delayMs`, unless the returned function is called before. A delay of zero is
   * the next turn of the event loop, not the millisecond that a timer takes.
   */
  after(delayMs: number, call: () => void): () => void
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, call) {
    if (delayMs <= 0) {
      const turn = setImmediate(call)
      return () => clearImmediate(turn)
    }
    const timer = setTimeout(call, delayMs)
    return () => clearTimeout(timer)
  },
}

/** Resolves after `delayMs`, or at once and without error when `signal` is aborted. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const wake = () => {
      cancel()
      signal?.removeEventListener('abort', wake)
      resolve()
    }
    const cancel = clock.after(delayMs, wake)
    signal?.addEventListener('abort', wake, { once: true })
  })
}
