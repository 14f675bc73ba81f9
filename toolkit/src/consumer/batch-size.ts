// The rule of how many events share a transaction: as many as end soon on the machine as it is now.

/**
 * A batch that took longer was too large: the next one might be given up. Not sooner, for most of
 * what a small one takes on a busy machine is its frame.
 */
export const BATCH_MS_MAX = 600
/** One that was full and quicker than that leaves room for more. */
const ROOM_MS = 300
const STEP = 8

/** How many the next batch may hold: half of one that took too long, some more than a quick one. */
export function nextSize(size: number, max: number, last: { count: number; ms: number }): number {
  if (last.ms > BATCH_MS_MAX) return Math.max(1, Math.floor(last.count / 2))
  return last.count >= size && last.ms < ROOM_MS ? Math.min(max, size + STEP) : size
}
