// Waits for something, but not for long.
import { type Clock, sleep } from 'sosik'

/** Resolves when `what` has settled, or after so long, whatever became of it. */
export async function soon(clock: Clock, what: Promise<unknown>, msMax: number): Promise<void> {
  const settled = new AbortController()
  const settling = what.then(
    () => settled.abort(),
    () => settled.abort(),
  )
  await Promise.race([settling, sleep(clock, msMax, settled.signal)])
}
