// A measured figure of a run, and the limit that it is held against.
import type { History } from '../records/history.ts'

export interface Figure {
  readonly name: string
  readonly value: string
  readonly limit: string
  /** Undefined when the run had nothing to measure it by. */
  readonly isMet: boolean | undefined
}

export type Measure = (history: History) => Figure[]

export const ABSENT = 'not in this run'

/** The value below which so much of the sorted values lies; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`
export const milliseconds = (ms: number): string => `${Math.round(ms)} ms`

/** A figure with an upper limit; without values there is nothing to measure. */
export function atMost(
  name: string,
  value: number | undefined,
  limit: number,
  text: (value: number) => string,
): Figure {
  if (value === undefined || Number.isNaN(value)) {
    return { name, value: ABSENT, limit: `≤ ${text(limit)}`, isMet: undefined }
  }
  return { name, value: text(value), limit: `≤ ${text(limit)}`, isMet: value <= limit }
}
