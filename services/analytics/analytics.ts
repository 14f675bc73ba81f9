// The rules of analytics: in which bucket an event counts, and what the counts say.
import { type Analytics, type readSeries, SERIES_POINTS_MAX } from '@sosik/contract/analytics'
import { Problem } from '@sosik/contract/errors'
import type { AnswerOf, QueryOf } from '@sosik/contract/route'
import type { Static } from 'typebox'

export type Report = Static<typeof Analytics>

/** In how many rows one counter is kept. */
export const SHARDS = 8

/** The start of the hour of an instant, both RFC 3339 in UTC. */
export const hourOf = (instant: string): string => `${instant.slice(0, 13)}:00:00.000Z`

export const minuteOf = (instant: string): string => `${instant.slice(0, 16)}:00.000Z`

/** Events of one key are handled one after another, so a key's shard is never contended by it. */
export const shardOf = (id: number): number => id % SHARDS

export interface Count {
  readonly event: string
  readonly kind: string
  readonly count: number
}

/** What all the counts of an event's kinds say together. */
export function countsOf(counts: readonly Count[]) {
  const of = (event: string) => counts.filter((one) => one.event === event)
  const sum = (event: string) => of(event).reduce((total, one) => total + one.count, 0)
  const byKind = (event: string) =>
    Object.fromEntries(of(event).map(({ kind, count }) => [kind, count]))
  return {
    sign_ups: sum('UserRegistered'),
    friend_requests: sum('FriendRequestSent'),
    friendships: sum('FriendRequestAccepted'),
    rejections: sum('FriendRequestRejected'),
    cancellations: sum('FriendRequestCancelled'),
    rooms_by_type: byKind('ChatRoomCreated'),
    messages: sum('MessageSent'),
    messages_by_type: byKind('MessageSent'),
    notifications_by_type: byKind('NotificationSent'),
  } satisfies Partial<Report>
}

export type Metric = QueryOf<typeof readSeries>['metric']
export type Point = AnswerOf<typeof readSeries>['points'][number]

/** Which event a metric counts; the peak of who is online is none of them. */
export const COUNTED_EVENT: Readonly<Record<Exclude<Metric, 'online_peak'>, string>> = {
  sign_ups: 'UserRegistered',
  friend_requests: 'FriendRequestSent',
  friendships: 'FriendRequestAccepted',
  rejections: 'FriendRequestRejected',
  cancellations: 'FriendRequestCancelled',
  rooms: 'ChatRoomCreated',
  messages: 'MessageSent',
  notifications: 'NotificationSent',
}

export const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Intervals one after the other, all of one length. */
export interface Intervals {
  readonly fromMs: number
  readonly stepMs: number
  readonly count: number
}

/**
 * The whole intervals that a range touches, without those that are still to come. Throws
 * `range_invalid` for a range that does not end after it begins, and for too many.
 */
export function intervalsOf(
  range: Pick<QueryOf<typeof readSeries>, 'from' | 'to' | 'interval' | 'utc_offset_hours'>,
  nowMs: number,
): Intervals {
  const { fromMs, toMs } = rangeOf(range)
  const stepMs = range.interval === 'day' ? DAY_MS : HOUR_MS
  const offsetMs = (range.utc_offset_hours ?? 0) * HOUR_MS
  const firstMs = Math.floor((fromMs + offsetMs) / stepMs) * stepMs - offsetMs
  const wanted = Math.ceil((toMs - firstMs) / stepMs)
  if (wanted > SERIES_POINTS_MAX) throw new Problem('range_invalid')
  const begun = Math.floor((nowMs - firstMs) / stepMs) + 1
  return { fromMs: firstMs, stepMs, count: Math.max(0, Math.min(wanted, begun)) }
}

/** Throws `range_invalid` for a range that does not end after it begins, or is longer than that. */
export function rangeOf(
  { from, to }: { readonly from: string; readonly to: string },
  lengthMsMax = Number.POSITIVE_INFINITY,
): { readonly fromMs: number; readonly toMs: number } {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)]
  if (!(fromMs < toMs) || toMs - fromMs > lengthMsMax) throw new Problem('range_invalid')
  return { fromMs, toMs }
}

const startsOf = ({ fromMs, stepMs, count }: Intervals): number[] =>
  Array.from({ length: count }, (_, at) => fromMs + at * stepMs)

export interface KindCount {
  readonly atMs: number
  readonly kind: string
  readonly count: number
}

/** A point for every interval, also where nothing was counted. */
export function countPoints(intervals: Intervals, counts: readonly KindCount[]): Point[] {
  const byStart = Map.groupBy(counts, ({ atMs }) => atMs)
  return startsOf(intervals).map((atMs) => {
    const own = byStart.get(atMs) ?? []
    return {
      at: new Date(atMs).toISOString(),
      count: own.reduce((sum, one) => sum + one.count, 0),
      by_kind: Object.fromEntries(
        own.filter(({ kind }) => kind !== '').map(({ kind, count }) => [kind, count]),
      ),
    }
  })
}

/** How many people were online within an interval at most, and at its end. */
export interface Level {
  readonly atMs: number
  readonly peak: number
  readonly last: number
}

/** The peak of every interval; where nothing changed it is how many there were before. */
export function peakPoints(intervals: Intervals, before: number, levels: readonly Level[]) {
  const byStart = new Map(levels.map((one) => [one.atMs, one]))
  let online = before
  return startsOf(intervals).map((atMs): Point => {
    const level = byStart.get(atMs)
    const count = Math.max(0, online, level?.peak ?? 0)
    online = level?.last ?? online
    return { at: new Date(atMs).toISOString(), count, by_kind: {} }
  })
}
