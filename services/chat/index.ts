// The chat service: rooms and who is in them, messages in dense order, read markers.
import type { Sql, Transaction } from 'sosik/postgres'
import type { Deliver } from '../letters.ts'
import { type Service, type SetBarred, tablesOf } from '../service.ts'
import { chatHearing } from './on.ts'
import { holdProfiles } from './profiles.ts'
import { chatRoutes } from './routes.ts'
import type { ChatParts } from './routes/parts.ts'
import { setBarred } from './store/barriers.ts'
import {
  type Audience,
  findAudience,
  findLargeRooms,
  isLarge,
  readersAmong,
  type RoomReader,
} from './store/large-rooms.ts'
import { findSeen, findSeenBy, type Seen } from './store/markers.ts'
import { findReaders, mayRead, type Readable, type Reader, readableRooms } from './store/members.ts'
import { findRoomsOf, type Room } from './store/rooms.ts'
import { findStanding, type MessageStanding } from './store/standing.ts'

/** What chat answers to other services, asked in their transaction or outside of one. */
export interface ChatAnswers {
  /** Who may read a message of that seq now; without one, who is in the room. By id. */
  readonly readers: (sql: Sql, roomId: number, seq?: number) => Promise<Reader[]>
  /** Who is told of a message of that seq: who may read it now, or the line of a large room. */
  readonly audience: (sql: Sql, roomId: number, seq?: number) => Promise<Audience>
  readonly isLarge: (sql: Sql, roomId: number) => Promise<boolean>
  /** The large rooms that these people are in now. */
  readonly largeRooms: (
    sql: Sql,
    userIds: readonly number[],
  ) => Promise<{ readonly userId: number; readonly roomId: number }[]>
  /** Those of the people who are in the room now. */
  readonly readersAmong: (
    sql: Sql,
    roomId: number,
    userIds: readonly number[],
  ) => Promise<RoomReader[]>
  /** Whether somebody may read the message of that seq now. */
  readonly mayRead: (sql: Sql, roomId: number, seq: number, userId: number) => Promise<boolean>
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
  /** Whose messages a member has read, and the last of each. By user id. */
  readonly seenBy: (sql: Sql, roomId: number, readerId: number) => Promise<Seen[]>
  /** Keeps the profiles that a room shows as they are, until the commit. */
  readonly holdProfiles: (tx: Transaction, roomId: number) => Promise<void>
  /** A message and how a person stands to it; undefined for one that is not there. */
  readonly standing: (
    sql: Sql,
    messageId: string,
    userId: number,
  ) => Promise<MessageStanding | undefined>
}

export interface ChatService extends Service {
  /** Whether nobody may speak in the direct room of a pair; written in the block's transaction. */
  readonly setBarred: SetBarred
  readonly answers: ChatAnswers
}

export function chatService(parts: ChatParts & { readonly deliver: Deliver }): ChatService {
  return {
    name: 'chat',
    migrations: tablesOf('chat', import.meta.url, [
      'tables',
      'groups',
      'messages',
      'markers',
      'blocks',
      'large',
    ]),
    routes: chatRoutes(parts),
    hears: [chatHearing(parts.deliver)],
    setBarred,
    answers: {
      readers: findReaders,
      audience: findAudience,
      isLarge,
      largeRooms: findLargeRooms,
      readersAmong,
      mayRead,
      seen: findSeen,
      seenBy: findSeenBy,
      readableRooms,
      roomsOf: findRoomsOf,
      holdProfiles,
      standing: findStanding,
    },
  }
}
