// Waiting for something to become true, with a deadline and a way to give up early.
import { setTimeout as pause } from 'node:timers/promises'

const LOOK_EVERY_MS = 50

/** True as soon as `holds` is; false at the deadline; throws the reason when aborted. */
export async function waitUntil(
  holds: () => boolean | Promise<boolean>,
  limitMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const deadlineMs = performance.now() + limitMs
  for (;;) {
    signal?.throwIfAborted()
    if (await holds()) return true
    if (performance.now() >= deadlineMs) return false
    await pause(LOOK_EVERY_MS)
  }
}

/** Counts from now: `(1.2 s)`. */
export function stopwatch(): () => string {
  const startMs = performance.now()
  return () => `(${((performance.now() - startMs) / 1000).toFixed(1)} s)`
}
