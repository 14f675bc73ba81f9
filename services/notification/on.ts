// What the notification group does with each event that it hears.
import type { EphemeralNews } from '@sosik/contract/news'
import { notificationGroup } from '@sosik/contract/notification'
import type { Sql, Transaction } from 'sosik/postgres'
import { type Hearing, hearing } from '../service.ts'
import { type FriendNewsParts, friendNews, partingNews } from './friends.ts'
import { messageNews } from './messages.ts'
import { type NoticeParts, notices } from './notices.ts'
import { welcome } from './notification.ts'
import { type RoomParts, roomNews } from './rooms.ts'

interface Whisper {
  readonly type: keyof EphemeralNews
  readonly title: string
  readonly data: object
}

/** What the other services answer and do for this one; the server wires them. */
export interface NotificationParts extends RoomParts, FriendNewsParts, NoticeParts {
  /** Tells only who is connected. */
  readonly whisper: (tx: Transaction, userIds: readonly number[], news: Whisper) => void
  readonly friendIds: (sql: Sql, userId: number) => Promise<number[]>
  /** Who of these people has a stream open. */
  readonly watching: (sql: Sql, userIds: readonly number[]) => Promise<number[]>
}

export function notificationHearing(parts: NotificationParts): Hearing {
  const stored = notices(parts)
  const friends = friendNews(parts, stored)
  const partings = partingNews(parts)
  const rooms = roomNews(parts)
  const messages = messageNews(parts)

  return hearing(notificationGroup, {
    async UserRegistered({ data, time }, { tx }) {
      const { letter, sent } = await stored.keep(tx, welcome(data), time)
      parts.deliver(tx, [letter()])
      return [sent]
    },

    async UserOnlineStatusChanged({ data }, { tx }) {
      const friendIds = await parts.friendIds(tx, data.user_id)
      const watching = await parts.watching(tx, friendIds)
      parts.whisper(tx, watching, { type: 'presence', title: '', data: { people: [data] } })
    },

    FriendRequestSent: ({ data, time }, { tx }) => friends.asked(tx, data, time),

    FriendRequestAccepted: ({ data, time }, { tx }) => friends.accepted(tx, data, time),

    FriendRequestRejected: ({ data }, { tx }) => friends.rejected(tx, data),

    FriendRequestCancelled: ({ data }, { tx }) => friends.cancelled(tx, data),

    FriendRemoved: async ({ data }, { tx }) => partings.removed(tx, data),

    UserBlocked: async ({ data }, { tx }) => partings.blocked(tx, data),

    UserUnblocked: async ({ data }, { tx }) => partings.unblocked(tx, data),

    ChatRoomCreated: ({ data }, { tx }) => rooms.created(tx, data),

    ChatRoomMemberJoined: ({ data }, { tx }) => rooms.joined(tx, data),

    ChatRoomMemberLeft: ({ data }, { tx }) => rooms.left(tx, data),

    ChatRoomRenamed: ({ data }, { tx }) => rooms.renamed(tx, data),

    ChatRoomMuteChanged: ({ data }, { tx }) => rooms.muteChanged(tx, data),

    MessageSent: ({ data }, { tx }) => messages.said(tx, data),

    MessageEdited: ({ data }, { tx }) => messages.edited(tx, data),

    MessageDeleted: ({ data }, { tx }) => messages.deleted(tx, data),

    MessagesRead: ({ data }, { tx }) => messages.read(tx, data),
  })
}
