// What analytics does with the events that it hears: it counts each of them once.
import { analyticsGroup } from '@sosik/contract/analytics'
import { type Hearing, hearing } from '../service.ts'
import type { Counters } from './counters.ts'

export function analyticsHearing({ count, countMessage, keepStatus }: Counters): Hearing {
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

    MessageSent: ({ type: event, data }, { tx }) =>
      countMessage(tx, { event, at: data.created_at, kind: data.message_type, id: data.room_id }),

    NotificationSent: ({ type: event, data }, { tx }) =>
      count(tx, { event, at: data.timestamp, kind: data.notification_type, id: data.user_id }),
  })
}
