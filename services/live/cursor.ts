// `GET /cursor`: where a person's line stands, to be read before the lists that they show.
import { readCursor } from '@sosik/contract/notification'
import type { Database, Sql } from 'sosik/postgres'
import { type Answering, answering } from '../service.ts'
import { formatCursor } from './live.ts'
import { readHeads } from './store.ts'

export interface CursorParts {
  readonly database: Database
  readonly epochOf: (sql: Sql) => Promise<string>
}

export function cursorRoute({ database, epochOf }: CursorParts): Answering {
  return answering(readCursor, async ({ caller: { userId } }) => {
    const epoch = await epochOf(database)
    const userSeq = (await readHeads(database, [userId])).get(userId) ?? 0
    return { cursor: formatCursor({ epoch, userSeq }) }
  })
}
