// A message as its readers see it, and the routes that send and list messages.
import { Id, Timestamp, text } from 'sosik/catalogue'
import { Type } from 'typebox'
import { page } from '../page.ts'
import { route } from '../route.ts'
import { CONTENT_LENGTH_MAX, inRoom, limit, MessageType, Seq, written } from './fields.ts'

export const MESSAGES_LIMIT = 50

export const Message = Type.Object({
  message_id: Type.String(),
  room_id: Id,
  seq: Id,
  user_id: Id,
  content: text(CONTENT_LENGTH_MAX),
  message_type: MessageType,
  client_message_id: text(100),
  created_at: Timestamp,
  edited_at: Type.Optional(Timestamp),
  /** A tombstone: its content is empty for good. */
  deleted_at: Type.Optional(Timestamp),
})

export const sendMessage = route('POST /rooms/:room_id/messages', {
  ...inRoom,
  access: 'member',
  rate: 'send',
  status: 201,
  body: {
    client_message_id: written(100),
    content: written(CONTENT_LENGTH_MAX),
    message_type: Type.Optional(MessageType),
  },
  answer: Message,
  problems: [
    'not_found',
    'person_blocked',
    'message_content_invalid',
    'message_conflict',
    'file_unusable',
  ],
  says: 'Sends once: the same client id and body answer the first message, another body 422.',
})

const ofMessage = { auth: 'user', params: { room_id: Id, message_id: written(100) } } as const

export const editMessage = route('PATCH /rooms/:room_id/messages/:message_id', {
  ...ofMessage,
  access: 'author',
  rate: 'send',
  body: { content: written(CONTENT_LENGTH_MAX) },
  answer: Message,
  problems: ['not_found', 'not_allowed', 'person_blocked', 'message_deleted', 'message_not_text'],
  says: 'The author says a text anew; what it said before is not kept.',
})

export const deleteMessage = route('DELETE /rooms/:room_id/messages/:message_id', {
  ...ofMessage,
  access: 'author_or_owner',
  answer: Message,
  problems: ['not_found', 'not_allowed'],
  says: 'The author, or the owner of the group, deletes a message; its tombstone stays.',
})

export const listMessages = route('GET /rooms/:room_id/messages', {
  ...inRoom,
  access: 'member',
  query: {
    before_seq: Type.Optional(Id),
    after_seq: Type.Optional(Seq),
    limit: limit(MESSAGES_LIMIT),
  },
  answer: page(Message, { before_seq: Type.Optional(Id), after_seq: Type.Optional(Seq) }),
  problems: ['not_found'],
  says: 'History by seq, ascending: the newest, those before, or those after a seq.',
})

export const markRead = route('POST /rooms/:room_id/read', {
  ...inRoom,
  access: 'member',
  body: { seq: Id },
  answer: Type.Object({ read_seq: Seq }),
  problems: ['not_found', 'read_beyond_end'],
  says: 'Moves my read marker forward to a seq; it never moves back.',
})
