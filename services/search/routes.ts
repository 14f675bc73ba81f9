// Search's route: what the asker may read is asked anew each time.
import { Problem } from '@sosik/contract/errors'
import type { QueryOf } from '@sosik/contract/route'
import { SEARCH_LIMIT, searchMessages } from '@sosik/contract/search'
import type { Database, Sql } from 'sosik/postgres'
import { pageOf } from '../page.ts'
import { type Answering, answering } from '../service.ts'
import { highlightsOf, snippetOf } from './highlights.ts'
import { askedOf, isFindable, type Part, partsOf, type Stems, wordsOf } from './query.ts'
import { englishWords, fold } from './search.ts'
import { type Found, findMessages, type Readable, stemsOf } from './store.ts'

export interface SearchParts {
  readonly database: Database
  /** The rooms whose messages a person may read now, and after which seq. */
  readonly readableRooms: (sql: Sql, userId: number) => Promise<Readable[]>
}

export function searchRoutes({ database, readableRooms }: SearchParts): Answering[] {
  return [
    answering(searchMessages, async ({ query, caller }) => {
      const asked = askedOf(query.text)
      if (!isFindable(asked)) throw new Problem('search_text_short')
      const range = rangeOf(query)
      const { room_id: onlyRoom, sender_id: senderId, limit = SEARCH_LIMIT } = query
      const readable = await readableRooms(database, caller.userId)
      const rooms = readable.filter((one) => onlyRoom === undefined || one.roomId === onlyRoom)
      const parts = partsOf(asked, await stemsOf(database, wordsOf(asked)))
      const wanted = { parts, rooms, senderId, ...range, limit: limit + 1 }
      const { items, ...rest } = pageOf(await findMessages(database, wanted), limit, (last) => {
        return { to: last.created_at, before_message_id: last.message_id }
      })
      const hasStems = parts.some(({ stem }) => stem !== undefined)
      const stems = await stemsOf(database, hasStems ? wordsIn(items) : [])
      return { items: items.map((one) => shown(one, parts, stems)), ...rest }
    }),
  ]
}

/** Throws `range_invalid` where it ends before it begins, and for instants of no calendar. */
function rangeOf({ from, to, before_message_id: beforeId = '' }: QueryOf<typeof searchMessages>) {
  const fromMs = from === undefined ? -Infinity : Date.parse(from)
  const toMs = to === undefined ? Infinity : Date.parse(to)
  if (!(fromMs <= toMs)) throw new Problem('range_invalid')
  return { fromMs, toMs, beforeId }
}

function wordsIn(found: readonly Found[]): string[] {
  const words = found.flatMap(({ content }) => englishWords(fold(content)))
  return [...new Set(words.map(({ word }) => word))]
}

function shown(found: Found, parts: readonly Part[], stems: Stems) {
  const highlights = highlightsOf(found.content, parts, stems)
  return { ...found, highlights, snippet: snippetOf(found.content, highlights) }
}
