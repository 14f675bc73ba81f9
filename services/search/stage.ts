// What the tests of search share: the service on both databases, with rooms and what is said there.
import { randomUUID } from 'node:crypto'
import { after, before, describe } from 'node:test'
import { MessageSent } from '@sosik/contract/chat'
import type { AnswerOf, QueryOf } from '@sosik/contract/route'
import { searchMessages } from '@sosik/contract/search'
import { type Database, migrate, type Sql } from 'sosik/postgres'
import { ask, DATABASES, hear } from '../rehearsal.ts'
import type { Service } from '../service.ts'
import { searchService } from './index.ts'
import type { Readable } from './store.ts'

export const MINA = 1
export const JUNHO = 2

const START_MS = Date.parse('2026-01-27T12:00:00.000Z')

type Query = Partial<QueryOf<typeof searchMessages>>
type Answer = AnswerOf<typeof searchMessages>
export type Found = Answer['items'][number]

export interface SearchStage {
  readonly database: () => Database
  readonly search: () => Service
  /** A room that only mina may read. */
  openRoom(): number
  /** What a person may read from now on, and nothing else. */
  mayRead(userId: number, ...rooms: Readable[]): void
  /** A text is sent, a millisecond after the one before; answers its message id. */
  send(room_id: number, content: string, given?: object): Promise<string>
  hear(event: string, data: object): Promise<unknown>
  answer(userId: number, text: string, query?: Query): Promise<Answer>
  find(userId: number, text: string, query?: Query): Promise<Found[]>
  contents(userId: number, text: string, query?: Query): Promise<string[]>
}

export const sentAt = (count: number): string => new Date(START_MS + count).toISOString()

/** The same tests on PostgreSQL inside the process and on a server. */
export function onBothDatabases(tests: (stage: SearchStage) => void): void {
  for (const [name, open] of DATABASES) {
    describe(name, () => {
      let database: Database
      let search: Service
      let [lastRoom, sent] = [0, 0]
      const readable = new Map<number, Readable[]>()
      before(async () => {
        database = await open()
        const readableRooms = async (_sql: Sql, userId: number) => readable.get(userId) ?? []
        search = searchService({ database, readableRooms })
        await migrate(database, search.migrations)
      })
      after(() => database.close())
      const stage: SearchStage = {
        database: () => database,
        search: () => search,
        openRoom() {
          lastRoom += 1
          readable.set(MINA, [...(readable.get(MINA) ?? []), { roomId: lastRoom, afterSeq: 0 }])
          return lastRoom
        },
        mayRead: (userId, ...rooms) => void readable.set(userId, rooms),
        async send(room_id, content, given = {}) {
          sent += 1
          const message_id = randomUUID()
          const place = { message_id, room_id, content, created_at: sentAt(sent) }
          const data = { ...MessageSent.example, ...place, ...given }
          await hear(search, database, 'MessageSent', data)
          return data.message_id
        },
        hear: (event, data) => hear(search, database, event, data),
        answer: (userId, text, query = {}) =>
          ask(search, searchMessages, userId, { query: { text, ...query } }),
        find: async (...asked) => (await stage.answer(...asked)).items,
        contents: async (...asked) => (await stage.find(...asked)).map((one) => one.content),
      }
      tests(stage)
    })
  }
}
