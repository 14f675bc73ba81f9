// Instants as a person writes and reads them.
import { CommandError } from './command-error.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Throws `CommandError` for what is none. */
export function timeIn(text: string): number {
  const timestampMs = Date.parse(text)
  if (!Number.isNaN(timestampMs)) return timestampMs
  throw new CommandError(`${text} is no time; write it as 2026-01-27T10:00:00Z.`)
}

export const timeText = (timestampMs: number): string => new Date(timestampMs).toISOString()

/** In the largest unit of which there are two or more: `95 min`, `3 d`. */
export function spanText(spanMs: number): string {
  if (spanMs >= 2 * DAY_MS) return `${Math.floor(spanMs / DAY_MS)} d`
  if (spanMs >= 2 * HOUR_MS) return `${Math.floor(spanMs / HOUR_MS)} h`
  if (spanMs >= 2 * MINUTE_MS) return `${Math.floor(spanMs / MINUTE_MS)} min`
  return `${Math.max(0, Math.floor(spanMs / SECOND_MS))} s`
}
