// What a person's stream tells, type by type: the shape of each event's data.
import type { DataOf } from 'sosik/catalogue'
import type { Static } from 'typebox'
import type {
  ChatRoomCreated,
  ChatRoomEnlarged,
  ChatRoomMemberJoined,
  ChatRoomMemberLeft,
  ChatRoomMuteChanged,
  ChatRoomRenamed,
  Member,
  MessageDeleted,
  MessageEdited,
  MessageSent,
  MessagesRead,
  Room,
} from './chat.ts'
import type { Blocked, Friend, FriendRequest } from './friend.ts'
import type { Notification } from './notification.ts'
import type { UserOnlineStatusChanged, UserProfileUpdated } from './user.ts'

/** How many notifications are unread from now on: what a badge shows, never a difference. */
interface Unread {
  readonly unread: number
}

/** A notification as it is listed, beside what it is about. */
interface Notified extends Unread {
  readonly notification_id: string
  readonly notification: Static<typeof Notification>
}

interface OfFriendship {
  readonly friendship_id: number
}

interface Closed extends OfFriendship, Unread {
  readonly notification_id: string
}

type Profile = DataOf<typeof UserProfileUpdated>

/** A room that is new to me. Of a large one a `room_resync` follows: it is read then. */
interface Entered {
  readonly room?: Static<typeof Room>
  readonly is_large?: boolean
}

/**
 * Durable: each has a place in the person's line, and stands for a change of what they can read.
 * What a list shows comes as it is listed, so that old list + event = new list.
 */
export interface DurableNews {
  readonly welcome: Notified & { readonly user_id: number; readonly display_name: string }
  readonly notification_read: Unread & { readonly notification_id: string }
  /** Many at once. */
  readonly notifications_read: Unread & { readonly notification_ids: readonly string[] }
  /** They were read long ago, and are kept no longer. */
  readonly notifications_expired: { readonly notification_ids: readonly string[] }
  readonly notification_settled: Closed
  readonly notification_withdrawn: Closed

  readonly friend_request: Notified &
    OfFriendship & {
      readonly requester_id: number
      readonly requester_name: string
      readonly request?: Static<typeof FriendRequest>
    }
  /** My own request, for my other devices. */
  readonly own_friend_request: OfFriendship & { readonly request: Static<typeof FriendRequest> }
  readonly friend_request_accepted: Notified &
    OfFriendship & {
      readonly addressee_id: number
      readonly addressee_name: string
      readonly friend?: Static<typeof Friend>
    }
  /** I have accepted. */
  readonly friend_added: OfFriendship & { readonly friend: Static<typeof Friend> }
  /** It is open no more: rejected or taken back. Which of them it was is nobody's business. */
  readonly request_closed: OfFriendship
  /** Of which of the two ended it, and whether by a block, nothing is told. */
  readonly friend_removed: OfFriendship & { readonly user_id: number; readonly timestamp: string }
  /** The profile of a friend, of who stands in a request, or of whom I block. */
  readonly friend_changed: Profile
  /** Only my own devices are told; without `blocked` I do not block them any more. */
  readonly user_blocked: { readonly user_id: number; readonly blocked?: Static<typeof Blocked> }
  readonly user_unblocked: { readonly user_id: number; readonly timestamp: string }

  /** Without `room` it is to be read: it has many founders, or I have left it meanwhile. */
  readonly room_created: DataOf<typeof ChatRoomCreated> & Entered
  readonly room_joined: DataOf<typeof ChatRoomMemberJoined> & Entered
  readonly room_enlarged: DataOf<typeof ChatRoomEnlarged>
  readonly room_left: DataOf<typeof ChatRoomMemberLeft>
  readonly room_renamed: DataOf<typeof ChatRoomRenamed>
  readonly room_muted: DataOf<typeof ChatRoomMuteChanged>
  readonly member_joined: DataOf<typeof ChatRoomMemberJoined> & {
    readonly member: Static<typeof Member>
  }
  readonly member_left: DataOf<typeof ChatRoomMemberLeft>
  /** The profile of somebody in one of my rooms. */
  readonly member_changed: Profile

  readonly message: DataOf<typeof MessageSent>
  readonly own_message: DataOf<typeof MessageSent>
  readonly message_edited: DataOf<typeof MessageEdited>
  readonly message_deleted: DataOf<typeof MessageDeleted>
  /** `seen_seq` is the last of my messages that they have read. */
  readonly messages_read: DataOf<typeof MessagesRead> & { readonly seen_seq: number }
  readonly own_read: {
    readonly room_id: number
    readonly user_id: number
    readonly read_seq: number
    readonly timestamp: string
  }
}

/** Ephemeral: told to who is connected, without an id, and true for a while only. */
export interface EphemeralNews {
  /** Who came or went since the last one, each once. */
  readonly presence: { readonly people: readonly DataOf<typeof UserOnlineStatusChanged>[] }
  readonly typing: {
    readonly room_id: number
    readonly user_id: number
    readonly typing_ms: number
  }
}

/** What the stream says of itself; `head` is the cursor of the newest event. */
export interface StreamNews {
  readonly ready: { readonly head: string }
  readonly resync: { readonly head: string; readonly reason: string }
  /** Of a large room: what follows is told after this, what came before is to be read. */
  readonly room_resync: { readonly room_id: number }
  readonly displaced: Readonly<Record<string, never>>
  readonly session_ended: Readonly<Record<string, never>>
}

export type NewsData = DurableNews & EphemeralNews & StreamNews
