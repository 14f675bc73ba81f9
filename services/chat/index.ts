// The chat service: rooms, messages in dense order, read markers.
import type { Sql } from 'sosik/postgres'
import { type Service, tablesOf } from '../service.ts'
import { chatHearing } from './on.ts'
import { type ChatParts, chatRoutes } from './routes.ts'
import { memberIds, readableRooms, senderIds } from './store.ts'

/** What chat answers to other services, asked in their transaction or outside of one. */
export interface ChatService extends Service {
  /** Ascending. */
  readonly memberIds: (sql: Sql, roomId: number) => Promise<number[]>
  /** Who sent the messages, each once. */
  readonly senderIds: (sql: Sql, messageIds: readonly string[]) => Promise<number[]>
  /** The rooms whose messages a person may read now. */
  readonly readableRooms: (sql: Sql, userId: number) => Promise<number[]>
}

export function chatService(parts: ChatParts): ChatService {
  return {
    name: 'chat',
    migrations: tablesOf('chat', import.meta.url),
    routes: chatRoutes(parts),
    hears: [chatHearing()],
    memberIds,
    senderIds,
    readableRooms,
  }
}
