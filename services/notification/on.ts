// What the notification group does with each event that it hears.
import { notificationGroup, NotificationSent } from '@sosik/contract/notification'
import type { NewEvent } from 'sosik/catalogue'
import type { Sql, Transaction } from 'sosik/postgres'
import { type Hearing, hearing } from '../service.ts'
import {
  friendRequest,
  friendRequestAccepted,
  type Notice,
  requestSubject,
  welcome,
} from './notification.ts'
import { blockChanged, friendRemoved } from './friends.ts'
import type { News } from './letters.ts'
import { messageNews } from './messages.ts'
import { type RoomParts, roomNews } from './rooms.ts'
import { closeNotices, insertNotice } from './store.ts'

/** What the other services answer and do for this one; the server wires them. */
export interface NotificationParts extends RoomParts {
  /** Tells only who is connected. */
  readonly whisper: (tx: Transaction, userIds: readonly number[], news: News) => void
  readonly friendIds: (sql: Sql, userId: number) => Promise<number[]>
  /** Who of these people has a stream open. */
  readonly watching: (sql: Sql, userIds: readonly number[]) => Promise<number[]>
  readonly newId: () => string
}

export function notificationHearing(parts: NotificationParts): Hearing {
  const { notify, close } = notices(parts)
  const rooms = roomNews(parts)
  const messages = messageNews(parts)

  return hearing(notificationGroup, {
    UserRegistered: ({ data, time }, { tx }) => notify(tx, welcome(data), time),

    async UserOnlineStatusChanged({ data }, { tx }) {
      const friends = await parts.friendIds(tx, data.user_id)
      const watching = await parts.watching(tx, friends)
      parts.whisper(tx, watching, { type: 'presence', title: '', data })
    },

    FriendRequestSent: ({ data, time }, { tx }) => notify(tx, friendRequest(data), time),

    async FriendRequestAccepted({ data, time }, { tx }) {
      await close(tx, data.friendship_id, 'settled')
      return notify(tx, friendRequestAccepted(data), time)
    },

    FriendRequestRejected: ({ data }, { tx }) => close(tx, data.friendship_id, 'settled'),

    FriendRequestCancelled: ({ data }, { tx }) => close(tx, data.friendship_id, 'withdrawn'),

    FriendRemoved: ({ data }, { tx }) => parts.deliver(tx, friendRemoved(data)),

    UserBlocked: ({ data }, { tx }) => parts.deliver(tx, [blockChanged('user_blocked', data)]),

    UserUnblocked: ({ data }, { tx }) => parts.deliver(tx, [blockChanged('user_unblocked', data)]),

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

/** Notifications that stay: stored, told and announced together, or closed. */
function notices({ deliver, newId }: NotificationParts) {
  async function notify(tx: Transaction, notice: Notice, time: string): Promise<NewEvent[]> {
    const notificationId = newId()
    await insertNotice(tx, notificationId, notice, new Date(time))
    const { type, title, content, userId } = notice
    const data = { ...content, notification_id: notificationId }
    await deliver(tx, [{ userId, type, title, data }])
    const sent = NotificationSent.of({
      notification_id: notificationId,
      user_id: userId,
      notification_type: type,
      title,
      content: { ...content },
      timestamp: time,
    })
    return [sent]
  }

  async function close(
    tx: Transaction,
    friendshipId: number,
    state: 'settled' | 'withdrawn',
  ): Promise<void> {
    for (const closed of await closeNotices(tx, requestSubject(friendshipId), state)) {
      const data = { notification_id: closed.notification_id, friendship_id: friendshipId }
      const userId = closed.user_id
      await deliver(tx, [{ userId, type: `notification_${state}`, title: '', data }])
    }
  }

  return { notify, close }
}
