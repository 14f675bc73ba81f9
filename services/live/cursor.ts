// `GET /cursor`: where a person's lines stand, to be read before the lists that they show.
import { readCursor } from '@sosik/contract/notification'
import type { Database } from 'sosik/postgres'
import { roomLine } from '../letters.ts'
import { type Answering, answering } from '../service.ts'
import type { LargeRoomAnswers } from './large-rooms.ts'
import { formatCursor } from './live.ts'
import { headOf, readHeads } from './store.ts'

export function cursorRoute(database: Database, { largeRooms }: LargeRoomAnswers): Answering {
  return answering(readCursor, async ({ caller: { userId } }) => {
    const rooms = await largeRooms(database, [userId])
    const roomIds = rooms.map((one) => one.roomId)
    const heads = await readHeads(database, [userId, ...roomIds.map(roomLine)])
    return { cursor: formatCursor(headOf(heads, userId, roomIds)) }
  })
}
