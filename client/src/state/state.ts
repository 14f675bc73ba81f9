// All that a client shows of a person's messenger, and what each event makes of it.
import type { StreamEvent } from '../events.ts'
import { applyToBlocks, type Blocks } from './blocks.ts'
import { applyToFriendRequests, type FriendRequests } from './friend-requests.ts'
import { applyToFriends, type Friends } from './friends.ts'
import { applyToMessages, areMessagesToRead, type OpenRoom } from './messages.ts'
import {
  applyToNotifications,
  applyToUnread,
  areNotificationsToRead,
  type Notifications,
} from './notifications.ts'
import { applyToPresence, type Presence } from './presence.ts'
import { applyToRooms, isOvertaken, type Rooms, roomToRead } from './rooms.ts'

export interface State {
  readonly rooms: Rooms
  /** The rooms whose messages are shown. */
  readonly open: readonly OpenRoom[]
  readonly friends: Friends
  readonly friendRequests: FriendRequests
  readonly blocks: Blocks
  readonly notifications: Notifications
  /** How many notifications I have not read, also of those that are not shown. */
  readonly unreadNotifications: number
  readonly presence: Presence
}

export const EMPTY_STATE: State = {
  rooms: [],
  open: [],
  friends: [],
  friendRequests: [],
  blocks: [],
  notifications: [],
  unreadNotifications: 0,
  presence: new Map(),
}

export function applyToState(state: State, event: StreamEvent): State {
  if (isOvertaken(state.rooms, event)) return state
  return {
    rooms: applyToRooms(state.rooms, event),
    open: applyToOpenRooms(state.open, event),
    friends: applyToFriends(state.friends, event),
    friendRequests: applyToFriendRequests(state.friendRequests, event),
    blocks: applyToBlocks(state.blocks, event),
    notifications: applyToNotifications(state.notifications, event),
    unreadNotifications: applyToUnread(state.unreadNotifications, event),
    presence: applyToPresence(state.presence, event),
  }
}

/** What an event says too little of: to be read when it is applied, and before the next one is. */
export interface ToRead {
  readonly roomId: number | undefined
  readonly messagesOf: number | undefined
  /** The open room whose messages are all to be read anew. */
  readonly openAnew: number | undefined
  readonly notifications: boolean
}

export function toRead(state: State, event: StreamEvent): ToRead {
  if (isOvertaken(state.rooms, event)) return NOTHING_TO_READ
  const isOfResync = ({ room_id }: OpenRoom) =>
    event.type === 'room_resync' && event.data.room_id === room_id
  return {
    roomId: roomToRead(state.rooms, event),
    messagesOf: state.open.find((open) => areMessagesToRead(open, event))?.room_id,
    openAnew: state.open.find(isOfResync)?.room_id,
    notifications: areNotificationsToRead(state.notifications, event),
  }
}

const NOTHING_TO_READ: ToRead = {
  roomId: undefined,
  messagesOf: undefined,
  openAnew: undefined,
  notifications: false,
}

/** A room that I have left is open no more, also when I am in it again. */
function applyToOpenRooms(open: readonly OpenRoom[], event: StreamEvent): readonly OpenRoom[] {
  const { type, data } = event
  if (type === 'room_left') return open.filter((one) => one.room_id !== data.room_id)
  return open.map((one) => applyToMessages(one, event))
}
