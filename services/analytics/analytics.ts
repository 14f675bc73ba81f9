// The rules of analytics: in which bucket an event counts, and what the counts say.
import type { Analytics } from '@sosik/contract/analytics'
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
