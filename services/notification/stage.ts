// What the tests of notifications stand on: the service alone, who reads, and what it tells.
import {
  listNotifications,
  readNotification,
  readNotifications,
} from '@sosik/contract/notification'
import type { AnswerOf } from '@sosik/contract/route'
import { type Database, migrate } from 'sosik/postgres'
import type { Letter } from '../letters.ts'
import { ask, hear } from '../rehearsal.ts'
import {
  type NotificationService,
  type NotificationServiceParts,
  notificationService,
} from './index.ts'
import { sweepNotices } from './sweep.ts'

export const NOW = '2026-01-27T11:00:00.000Z'

export interface Stage {
  readonly database: Database
  readonly service: NotificationService
  /** What was told since the last event, in the order of the lines. */
  readonly told: Letter[]
  /** Whose lines were held for what tells a state, since the last event. */
  readonly held: number[][]
  /** Lets an event be heard; answers what follows. */
  readonly tell: (name: string, data: object) => ReturnType<typeof hear>
  /** Who was told which type under which title. */
  readonly lines: () => string[]
  readonly list: (userId: number, query?: object) => Promise<AnswerOf<typeof listNotifications>>
  readonly read: (userId: number, notificationId: string) => Promise<unknown>
  readonly readUpTo: (userId: number, notificationId: string) => Promise<unknown>
  readonly sweep: (now: Date) => Promise<void>
}

/** The nth notification's id, from one. */
export const idOf = (n: number) => `019bf8a0-0000-7000-8000-${String(n).padStart(12, '0')}`

/** `answers` are those of the other services; they know nobody unless it is said here. */
export async function openStage(
  database: Database,
  answers: Partial<NotificationServiceParts> = {},
): Promise<Stage> {
  const told: Letter[] = []
  const held: number[][] = []
  let ids = 0
  const parts: NotificationServiceParts = {
    ...strangers,
    database,
    deliver: (tx, letters) => tx.beforeCommit(async () => void told.push(...letters)),
    deliverState(tx, userIds, write) {
      held.push([...userIds])
      tx.beforeCommit(async () => {
        // As lines are: one after the other, in the order of ids, until the commit.
        for (const userId of userIds.toSorted((a, b) => a - b)) {
          await tx.query('select pg_advisory_xact_lock($1)', [userId])
        }
        told.push(...(await write()))
      })
    },
    clock: { nowMs: () => Date.parse(NOW), after: () => () => {} },
    newId: () => idOf(++ids),
    onError: (error) => {
      throw error
    },
    ...answers,
  }
  const service = notificationService(parts)
  await migrate(database, service.migrations)
  return {
    database,
    service,
    told,
    held,
    tell(name, data) {
      told.length = 0
      held.length = 0
      return hear(service, database, name, data, NOW)
    },
    lines: () => told.map(({ userId, type, title }) => `${userId} ${type} ${title}`.trim()),
    list: (userId, query = {}) => ask(service, listNotifications, userId, { query }),
    read: (userId, notification_id) =>
      ask(service, readNotification, userId, { params: { notification_id } }),
    readUpTo: (userId, notification_id) =>
      ask(service, readNotifications, userId, { body: { notification_id } }),
    sweep: (now) => sweepNotices(parts, now),
  }
}

const strangers = {
  erase: async () => {},
  whisper: () => {},
  readers: async () => [],
  audience: async () => ({ isLarge: false, readers: [] }),
  isLarge: async () => false,
  seen: async () => [],
  seenBy: async () => [],
  roomsOf: async () => new Map(),
  holdProfiles: async () => {},
  friendIds: async () => [],
  watching: async () => [],
  readPresence: async () => new Map(),
  viewsOf: async () => new Map(),
  blockOf: async () => undefined,
}
