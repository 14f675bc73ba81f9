// The search context's words: its group and route.
import { consumerGroup, Id } from 'sosik/catalogue'
import { Type } from 'typebox'
import { Message, messageEvents } from './chat.ts'
import { page } from './page.ts'
import { route } from './route.ts'

export const searchGroup = consumerGroup('search-indexer-group', {
  topics: [messageEvents],
  afterDeadLetter: 'park',
  instances: 2,
})

const Found = Type.Pick(Message, [
  'message_id',
  'room_id',
  'seq',
  'user_id',
  'content',
  'created_at',
])

export const searchMessages = route('GET /search/messages', {
  auth: 'user',
  query: {
    text: Type.String({ minLength: 2, maxLength: 100 }),
    room_id: Type.Optional(Id),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 20 })),
  },
  answer: page(Found),
  says: 'Messages that contain the text, in rooms that I may read now, newest first.',
})
