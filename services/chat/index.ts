// The chat service: rooms and who is in them, messages in dense order, read markers.
import type { Sql, Transaction } from 'sosik/postgres'
import { type Service, tablesOf } from '../service.ts'
import { chatHearing } from './on.ts'
import { chatRoutes } from './routes.ts'
import type { ChatParts } from './routes/parts.ts'
import { setBarred } from './store/barriers.ts'
import { findSeen, type Seen } from './store/markers.ts'
import { findReaders, type Readable, type Reader, readableRooms } from './store/members.ts'
import { findRoomsOf, type Room } from './store/rooms.ts'

/** What chat answers to other services, asked in their transaction or outside of one. */
export interface ChatAnswers {
  /** Who may read a message of that seq now; without one, who is in the room. By id. */
  readonly readers: (sql: Sql, roomId: number, seq?: number) => Promise<Reader[]>
  /** Whose messages the reader has read by these ids, and the last of each. By user id. */
  readonly seen: (
    sql: Sql,
    roomId: number,
    readerId: number,
    messageIds: readonly string[],
  ) => Promise<Seen[]>
  /** The rooms whose messages a person may read now, and after which seq. */
  readonly readableRooms: (sql: Sql, userId: number) => Promise<Readable[]>
  /** The room as each of these people sees it; nothing for who is no member. */
  readonly roomsOf: (
    sql: Sql,
    roomId: number,
    userIds: readonly number[],
  ) => Promise<ReadonlyMap<number, Room>>
}

export interface ChatService extends Service {
  /** Whether nobody may speak in the direct room of a pair; written in the block's transaction. */
  readonly setBarred: (
    tx: Transaction,
    oneId: number,
    otherId: number,
    isBarred: boolean,
  ) => Promise<void>
  readonly answers: ChatAnswers
}

export function chatService(parts: ChatParts): ChatService {
  return {
    name: 'chat',
    migrations: tablesOf('chat', import.meta.url, [
      'tables',
      'groups',
      'messages',
      'markers',
      'blocks',
    ]),
    routes: chatRoutes(parts),
    hears: [chatHearing()],
    setBarred,
    answers: { readers: findReaders, seen: findSeen, readableRooms, roomsOf: findRoomsOf },
  }
}
