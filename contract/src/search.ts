// The search context's words: its group and route.
import { consumerGroup, Id, Timestamp } from 'sosik/catalogue'
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
/** Of one message; what it says beyond that is found and not marked. */
export const HIGHLIGHTS_MAX = 100
/** Of what is looked for. */
export const SOUGHT_LENGTH_MAX = 100

/** A piece of a message's content: from `start` up to `end`, in UTF-16 units. */
const Range = Type.Object({
  start: Type.Integer({ minimum: 0 }),
  end: Type.Integer({ minimum: 1 }),
})

const Found = Type.Object({
  ...Type.Pick(Message, ['message_id', 'room_id', 'user_id', 'content', 'created_at']).properties,
  /** Missing where the event did not carry it: then the message stands in no history. */
  seq: Type.Optional(Id),
  /** What was looked for, ascending and apart from each other. */
  highlights: Type.Array(Range, { maxItems: HIGHLIGHTS_MAX }),
  /** What a list shows: the whole of a short content, else the piece with most highlights. */
  snippet: Range,
})

const cursorId = Type.String({ maxLength: 100, pattern: '^[^\\u0000]*$' })

export const searchMessages = route('GET /search/messages', {
  auth: 'user',
  access: 'person',
  rate: 'search',
  query: {
    /** Words, of which a message has all, and in double quotes a text that stands there so. */
    text: Type.String({ minLength: 1, maxLength: SOUGHT_LENGTH_MAX, pattern: '^[^\\u0000]*$' }),
    room_id: Type.Optional(Id),
    sender_id: Type.Optional(Id),
    /** Sent from that instant on. */
    from: Type.Optional(Timestamp),
    /** Sent before that instant; with `before_message_id` also in it, by an id before that one. */
    to: Type.Optional(Timestamp),
    before_message_id: Type.Optional(cursorId),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: SEARCH_LIMIT })),
  },
  answer: page(Found, { to: Timestamp, before_message_id: cursorId }),
  problems: ['search_text_short', 'range_invalid'],
  says: 'Messages that say all words of the text, in rooms that I may read now, newest first.',
})
