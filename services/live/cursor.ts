// `GET /cursor`: where a person's line stands, to be read before the lists that they show.
import { readCursor } from '@sosik/contract/notification'
import type { Database } from 'sosik/postgres'
import { type Answering, answering } from '../service.ts'
import { formatCursor } from './live.ts'
import { readHeads } from './store.ts'

export function cursorRoute(database: Database): Answering {
  return answering(readCursor, async ({ caller: { userId } }) => {
    const { epoch, of } = await readHeads(database, [userId])
    return { cursor: formatCursor({ epoch, userSeq: of(userId) }) }
  })
}
