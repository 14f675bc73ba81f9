// A room as its member sees it, and the routes for rooms and who is in them.
import { Id, Timestamp, text } from 'sosik/catalogue'
import { Type } from 'typebox'
import { page } from '../page.ts'
import { route } from '../route.ts'
import { Person } from '../user.ts'
import {
  INVITED_MAX,
  inRoom,
  limit,
  MEMBERS_MAX,
  ROOM_NAME_LENGTH_MAX,
  RoomType,
  Seq,
  written,
} from './fields.ts'
import { Message } from './message.ts'

export const ROOMS_LIMIT = 50

/** A member as another one sees them. */
export const Member = Type.Object({
  ...Person.properties,
  /** The last of my messages that they have read; nought for none, for myself, in a large room. */
  seen_seq: Seq,
})

export const Room = Type.Object({
  room_id: Id,
  room_type: RoomType,
  name: text(ROOM_NAME_LENGTH_MAX),
  /** Only a group is somebody's. */
  owner_id: Type.Optional(Id),
  /** Only there where it is so: nobody is told who has read. */
  is_large: Type.Optional(Type.Boolean()),
  members: Type.Array(Member),
  last_seq: Seq,
  read_seq: Seq,
  /** Always `last_seq - read_seq`. */
  unread: Seq,
  /** I am not alerted of what is said here. */
  muted: Type.Boolean(),
  /** When the last message was sent, or the room opened: the order of the list. */
  spoken_at: Timestamp,
  last_message: Type.Optional(Message),
})

export const createRoom = route('POST /rooms', {
  auth: 'user',
  access: 'person',
  status: 201,
  body: {
    room_type: RoomType,
    member_ids: Type.Array(Id, { minItems: 1, maxItems: MEMBERS_MAX - 1, uniqueItems: true }),
    name: Type.Optional(written(ROOM_NAME_LENGTH_MAX)),
  },
  answer: Room,
  problems: ['not_found', 'person_blocked', 'room_members_invalid'],
  idempotencyKey: true,
  says: 'Opens a room with others; the direct room of a pair is opened once and answered again.',
})

export const listRooms = route('GET /rooms', {
  auth: 'user',
  access: 'person',
  query: { before_room_id: Type.Optional(Id), limit: limit(ROOMS_LIMIT) },
  answer: page(Room, { before_room_id: Id }),
  says: 'My rooms with members and unread counts, the last spoken in first, or those after a room.',
})

export const readRoom = route('GET /rooms/:room_id', {
  ...inRoom,
  access: 'member',
  answer: Room,
  problems: ['not_found'],
  says: 'One of my rooms.',
})

export const renameRoom = route('PATCH /rooms/:room_id', {
  ...inRoom,
  access: 'owner',
  body: { name: written(ROOM_NAME_LENGTH_MAX) },
  answer: Room,
  problems: ['not_found', 'not_allowed', 'room_is_direct'],
  says: 'The owner gives a group another name.',
})

export const inviteMembers = route('POST /rooms/:room_id/members', {
  ...inRoom,
  access: 'member',
  body: {
    member_ids: Type.Array(Id, { minItems: 1, maxItems: INVITED_MAX, uniqueItems: true }),
  },
  answer: Room,
  problems: ['not_found', 'person_blocked', 'room_is_direct', 'room_full'],
  says: 'A member brings others into a group; who is in it already stays as they are.',
})

export const removeMember = route('DELETE /rooms/:room_id/members/:user_id', {
  auth: 'user',
  access: 'owner',
  params: { room_id: Id, user_id: Id },
  status: 204,
  problems: ['not_found', 'not_allowed', 'room_is_direct'],
  says: 'The owner removes a member of a group.',
})

export const muteRoom = route('PUT /rooms/:room_id/mute', {
  ...inRoom,
  access: 'member',
  body: { muted: Type.Boolean() },
  answer: Type.Object({ muted: Type.Boolean() }),
  problems: ['not_found'],
  says: 'Whether I am alerted of what is said in a room.',
})

export const typeInRoom = route('POST /rooms/:room_id/typing', {
  ...inRoom,
  access: 'member',
  status: 204,
  problems: ['not_found'],
  says: 'I am typing; told to members who are connected, once in three seconds at most.',
})

export const leaveRoom = route('POST /rooms/:room_id/leave', {
  ...inRoom,
  access: 'member',
  status: 204,
  problems: ['not_found', 'room_is_direct'],
  idempotencyKey: true,
  says: 'I leave a group; an owner passes it on to who has been in it longest.',
})
