// What chat says and hears: its topics, events and group.
import { consumerGroup, days, event, Id, Timestamp, text, topic } from 'sosik/catalogue'
import { Type } from 'typebox'
import { HANDLERS_AT_ONCE_MAX } from '../limits.ts'
import { userEvents } from '../user.ts'
import {
  CONTENT_LENGTH_MAX,
  MEMBERS_MAX,
  MESSAGES_READ_MAX,
  MessageType,
  ROOM_NAME_LENGTH_MAX,
  RoomType,
} from './fields.ts'

export const chatEvents = topic('chat.events', {
  partitions: 3,
  retentionMs: days(7),
  source: '/contexts/chat',
})

export const messageEvents = topic('message.events', {
  partitions: 10,
  retentionMs: days(7),
  source: '/contexts/chat',
})

export const ChatRoomCreated = event('ChatRoomCreated', {
  topic: chatEvents,
  key: 'user_1_id',
  subject: 'room_id',
  data: {
    room_id: Id,
    user_1_id: Id,
    user_2_id: Id,
    room_type: RoomType,
    timestamp: Timestamp,
    member_ids: Type.Optional(Type.Array(Id, { maxItems: MEMBERS_MAX })),
    name: Type.Optional(text(ROOM_NAME_LENGTH_MAX)),
  },
  example: {
    room_id: 3,
    user_1_id: 1,
    user_2_id: 2,
    room_type: 'direct',
    timestamp: '2026-01-27T12:00:00.000Z',
    member_ids: [1, 2],
  },
})

/** The creator's id is in every event of a room: it is the key, so that they have one order. */
const ofRoom = { topic: chatEvents, key: 'user_1_id', subject: 'room_id' } as const

export const ChatRoomMemberJoined = event('ChatRoomMemberJoined', {
  ...ofRoom,
  data: {
    room_id: Id,
    user_1_id: Id,
    user_id: Id,
    username: text(50),
    invited_by_id: Id,
    joined_at: Timestamp,
  },
  personal: ['username'],
  example: {
    room_id: 3,
    user_1_id: 1,
    user_id: 4,
    username: 'sora',
    invited_by_id: 2,
    joined_at: '2026-01-27T12:10:00.000Z',
  },
})

export const ChatRoomMemberLeft = event('ChatRoomMemberLeft', {
  ...ofRoom,
  data: {
    room_id: Id,
    user_1_id: Id,
    user_id: Id,
    left_at: Timestamp,
    /** Who removed the member; missing where the member left. */
    removed_by_id: Type.Optional(Id),
    /** Whose the room is from now on; missing where that did not change, or nobody is left. */
    owner_id: Type.Optional(Id),
  },
  example: {
    room_id: 3,
    user_1_id: 1,
    user_id: 1,
    left_at: '2026-01-27T12:20:00.000Z',
    owner_id: 2,
  },
})

export const ChatRoomRenamed = event('ChatRoomRenamed', {
  ...ofRoom,
  data: {
    room_id: Id,
    user_1_id: Id,
    user_id: Id,
    name: text(ROOM_NAME_LENGTH_MAX),
    renamed_at: Timestamp,
  },
  example: {
    room_id: 3,
    user_1_id: 1,
    user_id: 1,
    name: '점심 모임',
    renamed_at: '2026-01-27T12:05:00.000Z',
  },
})

/** It has too many members to tell each of them each message, and is told otherwise from now on. */
export const ChatRoomEnlarged = event('ChatRoomEnlarged', {
  ...ofRoom,
  data: {
    room_id: Id,
    user_1_id: Id,
    enlarged_at: Timestamp,
  },
  example: {
    room_id: 3,
    user_1_id: 1,
    enlarged_at: '2026-01-27T12:40:00.000Z',
  },
})

/** Only the person's own devices are told. */
export const ChatRoomMuteChanged = event('ChatRoomMuteChanged', {
  ...ofRoom,
  data: {
    room_id: Id,
    user_1_id: Id,
    user_id: Id,
    muted: Type.Boolean(),
    changed_at: Timestamp,
  },
  example: {
    room_id: 3,
    user_1_id: 1,
    user_id: 2,
    muted: true,
    changed_at: '2026-01-27T12:30:00.000Z',
  },
})

export const MessageSent = event('MessageSent', {
  topic: messageEvents,
  key: 'room_id',
  subject: 'message_id',
  data: {
    message_id: text(100),
    room_id: Id,
    user_id: Id,
    username: text(50),
    content: text(CONTENT_LENGTH_MAX),
    message_type: MessageType,
    created_at: Timestamp,
    seq: Type.Optional(Id),
    client_message_id: Type.Optional(text(100)),
  },
  personal: ['username', 'content'],
  example: {
    message_id: '019bf8a0-0000-7000-8000-000000000001',
    room_id: 3,
    user_id: 1,
    username: 'mina',
    content: '안녕! 오늘 저녁 어때?',
    message_type: 'text',
    created_at: '2026-01-27T12:01:00.000Z',
    seq: 1,
    client_message_id: 'a1',
  },
})

export const MessageEdited = event('MessageEdited', {
  topic: messageEvents,
  key: 'room_id',
  subject: 'message_id',
  data: {
    message_id: text(100),
    room_id: Id,
    user_id: Id,
    seq: Id,
    content: text(CONTENT_LENGTH_MAX),
    edited_at: Timestamp,
  },
  personal: ['content'],
  example: {
    message_id: '019bf8a0-0000-7000-8000-000000000001',
    room_id: 3,
    user_id: 1,
    seq: 1,
    content: '안녕! 내일 저녁 어때?',
    edited_at: '2026-01-27T12:03:00.000Z',
  },
})

export const MessageDeleted = event('MessageDeleted', {
  topic: messageEvents,
  key: 'room_id',
  subject: 'message_id',
  data: {
    message_id: text(100),
    room_id: Id,
    /** Whose message it was. */
    user_id: Id,
    seq: Id,
    deleted_by_id: Id,
    deleted_at: Timestamp,
  },
  example: {
    message_id: '019bf8a0-0000-7000-8000-000000000001',
    room_id: 3,
    user_id: 1,
    seq: 1,
    deleted_by_id: 1,
    deleted_at: '2026-01-27T12:04:00.000Z',
  },
})

export const MessagesRead = event('MessagesRead', {
  topic: messageEvents,
  key: 'room_id',
  data: {
    room_id: Id,
    user_id: Id,
    message_ids: Type.Array(text(100), { maxItems: MESSAGES_READ_MAX }),
    timestamp: Timestamp,
    /** Where the reader's marker stands from now on. */
    read_seq: Type.Optional(Id),
  },
  example: {
    room_id: 3,
    user_id: 2,
    message_ids: ['019bf8a0-0000-7000-8000-000000000001'],
    timestamp: '2026-01-27T12:02:00.000Z',
    read_seq: 1,
  },
})

/** Keeps the profile copies of room lists fresh. */
export const chatGroup = consumerGroup('chat-consumer-group', {
  topics: [userEvents],
  afterDeadLetter: 'park',
  concurrencyMax: HANDLERS_AT_ONCE_MAX,
})
