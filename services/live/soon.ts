// Waits for a bell, but not for long.
import { type Clock, sleep } from 'sosik'

/** A bell that does not answer holds no reader up. */
const SUBSCRIBE_MS_MAX = 500

/** Resolves when it is subscribed to, or after so long, whatever became of it. */
export async function soon(clock: Clock, subscribing: Promise<unknown>): Promise<void> {
  const settled = new AbortController()
  const settling = subscribing.then(
    () => settled.abort(),
    () => settled.abort(),
  )
  await Promise.race([settling, sleep(clock, SUBSCRIBE_MS_MAX, settled.signal)])
}
