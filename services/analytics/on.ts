// What analytics does with the events that it hears: it counts each of them once.
import { analyticsGroup } from '@sosik/contract/analytics'
import type { Transaction } from 'sosik/postgres'
import { type Hearing, hearing } from '../service.ts'
import type { Counted, Counters } from './counters.ts'

export interface Counting extends Pick<Counters, 'keepStatus'> {
  /** Stored later, with all else that is counted together. */
  readonly count: (tx: Transaction, one: Counted) => void
}

export function analyticsHearing({ count, keepStatus }: Counting): Hearing {
  return hearing(analyticsGroup, {
    UserRegistered: ({ type: event, data }, { tx }) =>
      count(tx, { event, at: data.timestamp, id: data.user_id }),

    UserOnlineStatusChanged: ({ data }, { tx }) =>
      keepStatus(tx, data.user_id, data.is_online, data.timestamp),

    FriendRequestSent: ({ type: event, data }, { tx }) =>
      count(tx, { event, at: data.timestamp, id: data.requester_id }),

    FriendRequestAccepted: ({ type: event, data }, { tx }) =>
      count(tx, { event, at: data.timestamp, id: data.requester_id }),

    FriendRequestRejected: ({ type: event, data }, { tx }) =>
      count(tx, { event, at: data.timestamp, id: data.requester_id }),

    FriendRequestCancelled: ({ type: event, data }, { tx }) =>
      count(tx, { event, at: data.timestamp, id: data.requester_id }),

    ChatRoomCreated: ({ type: event, data }, { tx }) =>
      count(tx, { event, at: data.timestamp, kind: data.room_type, id: data.user_1_id }),

    MessageSent({ type: event, data }, { tx }) {
      const { created_at: at, message_type: kind, room_id: roomId } = data
      count(tx, { event, at, kind, id: roomId, roomId })
    },

    NotificationSent: ({ type: event, data }, { tx }) =>
      count(tx, { event, at: data.timestamp, kind: data.notification_type, id: data.user_id }),
  })
}
