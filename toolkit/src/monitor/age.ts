// How old the oldest record is that a group has not handled: its lag in time.
import type { LogAdmin } from '../log/log.ts'
import type { PartitionLag } from './lag.ts'

/**
 * Milliseconds since the oldest unhandled record of `rows` was written; 0 when nothing is behind.
 * Reads one record a partition that is behind: the one at the committed offset is not handled.
 */
export async function lagAgeMs(
  admin: LogAdmin,
  rows: readonly PartitionLag[],
  nowMs: number,
): Promise<number> {
  const behind = rows.filter(({ lag }) => lag > 0n)
  const times = await Promise.all(behind.map((row) => oldestTimeMs(admin, row)))
  const oldestMs = times.reduce((oldest, timeMs) => Math.min(oldest, timeMs), nowMs)
  return nowMs - oldestMs
}

/** Never, when all of them were deleted by their age in the meantime. */
async function oldestTimeMs(admin: LogAdmin, row: PartitionLag): Promise<number> {
  const { topic, partition, end, lag } = row
  for await (const { timestampMs } of admin.read({ topic, partition }, end - lag, end)) {
    return timestampMs
  }
  return Number.POSITIVE_INFINITY
}
