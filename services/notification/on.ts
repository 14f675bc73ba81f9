// What the notification group does with each event that it hears.
import { notificationGroup } from '@sosik/contract/notification'
import { type Hearing, hearing } from '../service.ts'
import { type FriendNewsParts, friendNews, partingNews } from './friends.ts'
import { messageNews } from './messages.ts'
import { keepNotice, type NoticeParts } from './notices.ts'
import { welcome } from './notification.ts'
import { type PresenceNewsParts, presenceNews } from './presence.ts'
import { type RoomParts, roomNews } from './rooms.ts'

/** What the other services answer and do for this one; the server wires them. */
export interface NotificationParts
  extends RoomParts,
    FriendNewsParts,
    NoticeParts,
    PresenceNewsParts {}

export function notificationHearing(parts: NotificationParts): Hearing {
  const friends = friendNews(parts)
  const partings = partingNews(parts)
  const presence = presenceNews(parts)
  const rooms = roomNews(parts)
  const messages = messageNews(parts)

  return hearing(notificationGroup, {
    UserRegistered({ data, time }, { tx }) {
      const { store, sent } = keepNotice(welcome(data), parts.newId(), time)
      parts.deliverState(tx, [data.user_id], async () => [await store(tx)])
      return [sent]
    },

    UserOnlineStatusChanged: ({ data }, { tx }) => presence.changed(tx, data),

    FriendRequestSent: ({ data, time }, { tx }) => friends.asked(tx, data, time),

    async FriendRequestAccepted({ data, time }, { tx }) {
      await presence.met(tx, data)
      return friends.accepted(tx, data, time)
    },

    FriendRequestRejected: ({ data }, { tx }) => friends.rejected(tx, data),

    FriendRequestCancelled: ({ data }, { tx }) => friends.cancelled(tx, data),

    FriendRemoved: async ({ data }, { tx }) => partings.removed(tx, data),

    UserBlocked: async ({ data }, { tx }) => partings.blocked(tx, data),

    UserUnblocked: async ({ data }, { tx }) => partings.unblocked(tx, data),

    ChatRoomCreated: ({ data }, { tx }) => rooms.created(tx, data),

    ChatRoomMemberJoined: ({ data }, { tx }) => rooms.joined(tx, data),

    ChatRoomMemberLeft: ({ data }, { tx }) => rooms.left(tx, data),

    ChatRoomRenamed: ({ data }, { tx }) => rooms.renamed(tx, data),

    ChatRoomEnlarged: ({ data }, { tx }) => rooms.enlarged(tx, data),

    ChatRoomMuteChanged: ({ data }, { tx }) => rooms.muteChanged(tx, data),

    MessageSent: ({ data }, { tx }) => messages.said(tx, data),

    MessageEdited: ({ data }, { tx }) => messages.edited(tx, data),

    MessageDeleted: ({ data }, { tx }) => messages.deleted(tx, data),

    MessagesRead: ({ data }, { tx }) => messages.read(tx, data),
  })
}
