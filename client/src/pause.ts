// Waits before something is tried again, and until it is answered or refused for good.
import { isRefusal } from './client.ts'

const RETRY_MS_MIN = 200
export const RETRY_MS_MAX = 5_000

/** Ends early, and without an error, when the signal is aborted. */
export function pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, delayMs)
    signal?.addEventListener('abort', end, { once: true })
  })
}

/** The pauses of one series of tries: each twice as long as the last one, up to `msMax`. */
export function growingPauses(msMax: number): { next(): number; reset(): void } {
  const first = Math.min(RETRY_MS_MIN, msMax)
  let delayMs = first
  return {
    next() {
      const delay = delayMs
      delayMs = Math.min(delayMs * 2, msMax)
      return delay
    },
    reset() {
      delayMs = first
    },
  }
}

/** Asks again while the server is away; rejects when it refuses, or with the signal's reason. */
export async function untilAnswered<Answer>(
  ask: () => Promise<Answer>,
  signal: AbortSignal,
  retryMsMax = RETRY_MS_MAX,
): Promise<Answer> {
  const pauses = growingPauses(retryMsMax)
  for (;;) {
    signal.throwIfAborted()
    try {
      return await ask()
    } catch (error) {
      if (isRefusal(error)) throw error
    }
    await pause(pauses.next(), signal)
  }
}
