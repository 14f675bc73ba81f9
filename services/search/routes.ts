// Search's route: what the asker may read is asked anew each time.
import { Problem } from '@sosik/contract/errors'
import { SEARCH_LIMIT, searchMessages } from '@sosik/contract/search'
import type { Database, Sql } from 'sosik/postgres'
import { type Answering, answering } from '../service.ts'
import { bigrams, fold } from './search.ts'
import { findMessages, type Readable } from './store.ts'

export interface SearchParts {
  readonly database: Database
  /** The rooms whose messages a person may read now, and after which seq. */
  readonly readableRooms: (sql: Sql, userId: number) => Promise<Readable[]>
}

export function searchRoutes({ database, readableRooms }: SearchParts): Answering[] {
  return [
    answering(searchMessages, async ({ query, caller }) => {
      const folded = fold(query.text).trim()
      if (bigrams(folded).length === 0) throw new Problem('search_text_short')
      const readable = await readableRooms(database, caller.userId)
      const { room_id: onlyRoom, limit = SEARCH_LIMIT } = query
      const rooms = readable.filter((one) => onlyRoom === undefined || one.roomId === onlyRoom)
      return { items: await findMessages(database, { folded, rooms, limit }) }
    }),
  ]
}
