// The chat context's words: its topics, events, group and routes.
import { consumerGroup, days, event, Id, Timestamp, text, topic } from 'sosik/catalogue'
import { Type } from 'typebox'
import { HANDLERS_AT_ONCE_MAX } from './limits.ts'
import { page } from './page.ts'
import { route } from './route.ts'
import { Person, userEvents } from './user.ts'

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

export const MEMBERS_MAX = 500
export const CONTENT_LENGTH_MAX = 10_000
export const MESSAGES_READ_MAX = 1_000
export const ROOM_NAME_LENGTH_MAX = 100
export const ROOMS_LIMIT = 50
export const MESSAGES_LIMIT = 50
const LIMIT_MAX = 100

const RoomType = Type.Union([Type.Literal('direct'), Type.Literal('group')])
const MessageType = Type.Union([Type.Literal('text'), Type.Literal('image'), Type.Literal('file')])

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

export const MessagesRead = event('MessagesRead', {
  topic: messageEvents,
  key: 'room_id',
  data: {
    room_id: Id,
    user_id: Id,
    message_ids: Type.Array(text(100), { maxItems: MESSAGES_READ_MAX }),
    timestamp: Timestamp,
  },
  example: {
    room_id: 3,
    user_id: 2,
    message_ids: ['019bf8a0-0000-7000-8000-000000000001'],
    timestamp: '2026-01-27T12:02:00.000Z',
  },
})

/** Keeps the profile copies of room lists fresh. */
export const chatGroup = consumerGroup('chat-consumer-group', {
  topics: [userEvents],
  afterDeadLetter: 'park',
  concurrencyMax: HANDLERS_AT_ONCE_MAX,
})

export const Message = Type.Object({
  message_id: Type.String(),
  room_id: Id,
  seq: Id,
  user_id: Id,
  content: text(CONTENT_LENGTH_MAX),
  message_type: MessageType,
  client_message_id: text(100),
  created_at: Timestamp,
})

export const Room = Type.Object({
  room_id: Id,
  room_type: RoomType,
  name: text(ROOM_NAME_LENGTH_MAX),
  members: Type.Array(Person),
  last_seq: Type.Integer({ minimum: 0 }),
  read_seq: Type.Integer({ minimum: 0 }),
  unread: Type.Integer({ minimum: 0 }),
  last_message: Type.Optional(Message),
})

const inRoom = { auth: 'user', params: { room_id: Id } } as const

/** What a caller writes: something, and without NUL, which no PostgreSQL text can hold. */
const written = (lengthMax: number) =>
  Type.String({ minLength: 1, maxLength: lengthMax, pattern: '^[^\\u0000]*$' })

const limit = (fallback: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: fallback }))

export const createRoom = route('POST /rooms', {
  auth: 'user',
  status: 201,
  body: {
    room_type: RoomType,
    member_ids: Type.Array(Id, { minItems: 1, maxItems: MEMBERS_MAX - 1, uniqueItems: true }),
    name: Type.Optional(written(ROOM_NAME_LENGTH_MAX)),
  },
  answer: Room,
  says: 'Opens a room with others; the direct room of a pair is opened once and answered again.',
})

export const listRooms = route('GET /rooms', {
  auth: 'user',
  query: { before_room_id: Type.Optional(Id), limit: limit(ROOMS_LIMIT) },
  answer: page(Room),
  says: 'My rooms with members and unread counts, the last spoken in first, or those after a room.',
})

export const readRoom = route('GET /rooms/:room_id', {
  ...inRoom,
  answer: Room,
  says: 'One of my rooms.',
})

export const sendMessage = route('POST /rooms/:room_id/messages', {
  ...inRoom,
  status: 201,
  body: {
    client_message_id: written(100),
    content: written(CONTENT_LENGTH_MAX),
    message_type: Type.Optional(MessageType),
  },
  answer: Message,
  says: 'Sends once: the same client id and body answer the first message, another body 422.',
})

export const listMessages = route('GET /rooms/:room_id/messages', {
  ...inRoom,
  query: {
    before_seq: Type.Optional(Id),
    after_seq: Type.Optional(Type.Integer({ minimum: 0 })),
    limit: limit(MESSAGES_LIMIT),
  },
  answer: page(Message),
  says: 'History by seq, ascending: the newest, those before, or those after a seq.',
})

export const markRead = route('POST /rooms/:room_id/read', {
  ...inRoom,
  body: { seq: Id },
  answer: Type.Object({ read_seq: Type.Integer({ minimum: 0 }) }),
  says: 'Moves my read marker forward to a seq; it never moves back.',
})
