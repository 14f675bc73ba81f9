// Numbers, instants and spans as a person reads them. Pure.
import type { Language } from '@sosik/contract/language'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const UNITS = {
  en: { d: ' d', h: ' h', min: ' min', s: ' s' },
  ko: { d: '일', h: '시간', min: '분', s: '초' },
} as const satisfies Record<Language, object>

/** In the largest unit of which there are two or more. */
export function spanText(spanMs: number, language: Language): string {
  const units = UNITS[language]
  if (spanMs >= 2 * DAY_MS) return `${Math.floor(spanMs / DAY_MS)}${units.d}`
  if (spanMs >= 2 * HOUR_MS) return `${Math.floor(spanMs / HOUR_MS)}${units.h}`
  if (spanMs >= 2 * MINUTE_MS) return `${Math.floor(spanMs / MINUTE_MS)}${units.min}`
  return `${Math.max(0, Math.floor(spanMs / SECOND_MS))}${units.s}`
}

export const countText = (count: number): string => count.toLocaleString('en-US')

/** In the time of who reads it: `2026-01-27 19:00:05`. */
export function timeText(instant: string, utcOffsetMs = localOffsetMs(instant)): string {
  const local = new Date(Date.parse(instant) + utcOffsetMs)
  return local.toISOString().slice(0, 19).replace('T', ' ')
}

export const localOffsetMs = (instant: string): number =>
  -new Date(instant).getTimezoneOffset() * MINUTE_MS

/** `name=value` of what somebody asked for. */
export const selectionText = (selection: Readonly<Record<string, string>>): string =>
  Object.entries(selection)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')

export const placeText = (at: { topic: string; partition: number; offset: number }): string =>
  `${at.topic}/${at.partition}/${at.offset}`

/** Numbers in their order, with a dash for those in a row: `0–2 5`. */
export function rangesText(numbers: readonly number[]): string {
  const ranges: [first: number, last: number][] = []
  for (const one of numbers) {
    const before = ranges.at(-1)
    if (before?.[1] === one - 1) before[1] = one
    else ranges.push([one, one])
  }
  return ranges.map(([first, last]) => (first === last ? first : `${first}–${last}`)).join(' ')
}

/** The days from one to another, both included, as instants; days begin where the reader is. */
export function rangeOf(fromDay: string, toDay: string, utcOffsetMs: number) {
  const startMs = (day: string) => Date.parse(`${day}T00:00:00.000Z`) - utcOffsetMs
  const iso = (atMs: number) => new Date(atMs).toISOString()
  return { from: iso(startMs(fromDay)), to: iso(startMs(toDay) + DAY_MS) }
}

/** `2026-01-27`, some days before that instant. */
export const dayOf = (atMs: number, utcOffsetMs: number, daysBefore = 0): string =>
  new Date(atMs + utcOffsetMs - daysBefore * DAY_MS).toISOString().slice(0, 10)
