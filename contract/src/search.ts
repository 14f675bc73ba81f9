// The search context's words: its group and route.
import { consumerGroup, Id } from 'sosik/catalogue'
import { Type } from 'typebox'
import { Message, messageEvents } from './chat.ts'
import { FETCH_INTERVAL_MS_MIN, HANDLERS_TOGETHER_MAX } from './limits.ts'
import { page } from './page.ts'
import { route } from './route.ts'

export const searchGroup = consumerGroup('search-indexer-group', {
  topics: [messageEvents],
  afterDeadLetter: 'park',
  concurrencyMax: HANDLERS_TOGETHER_MAX,
  fetchIntervalMsMin: FETCH_INTERVAL_MS_MIN,
  instances: 2,
})

export const SEARCH_LIMIT = 20

const Found = Type.Object({
  ...Type.Pick(Message, ['message_id', 'room_id', 'user_id', 'content', 'created_at']).properties,
  /** Missing where the event did not carry it: then the message stands in no history. */
  seq: Type.Optional(Id),
})

export const searchMessages = route('GET /search/messages', {
  auth: 'user',
  access: 'person',
  rate: 'search',
  query: {
    text: Type.String({ minLength: 2, maxLength: 100, pattern: '^[^\\u0000]*$' }),
    room_id: Type.Optional(Id),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: SEARCH_LIMIT })),
  },
  answer: page(Found),
  problems: ['search_text_short'],
  says: 'Messages that contain the text, in rooms that I may read now, newest first.',
})
