// What the tests of analytics share: the service at a fixed time, and news of one day.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, describe } from 'node:test'
import type { AnyRoute, AnswerOf } from '@sosik/contract/route'
import type { LogAdmin } from 'sosik'
import { type Database, migrate } from 'sosik/postgres'
import { ask, DATABASES, type Given, hear } from '../rehearsal.ts'
import type { Service } from '../service.ts'
import { analyticsService } from './index.ts'

export type News = readonly [name: string, data: object]

export const DAY = '2026-01-27T'
const NOW_MS = Date.parse(`${DAY}12:30:00.000Z`)

/** A log that nobody reads: only a rebuild would. */
const NO_LOG = new Proxy({} as LogAdmin, {
  get() {
    throw new Error('nobody reads the log here')
  },
})

const serviceOf = (database: Database): Service =>
  analyticsService({
    database,
    admin: NO_LOG,
    clock: { nowMs: () => NOW_MS, after: () => () => {} },
    newId: randomUUID,
    onError: assert.ifError,
  })

export interface AnalyticsStage {
  /** Lets the service hear the news, one after the other. */
  hear(...news: readonly News[]): Promise<void>
  ask<One extends AnyRoute>(route: One, given?: Given): Promise<AnswerOf<One>>
  /** Empties the counters, as it is done before each test. */
  empty(): Promise<void>
}

/** The same tests on PostgreSQL inside the process and on a server. */
export function onBothDatabases(tests: (stage: AnalyticsStage) => void): void {
  for (const [name, open] of DATABASES) {
    describe(name, () => {
      let database: Database
      let analytics: Service
      const empty = () => emptyCounters(database)
      before(async () => {
        database = await open()
        analytics = serviceOf(database)
        await migrate(database, analytics.migrations)
      })
      beforeEach(empty)
      after(() => database.close())
      tests({
        hear: (...news) => hearAll(analytics, database, news),
        ask: (route, given) => ask(analytics, route, 0, given),
        empty,
      })
    })
  }
}

async function hearAll(service: Service, database: Database, news: readonly News[]): Promise<void> {
  // A replay in another year counts the same: only the event's own times matter.
  const time = '2030-01-01T00:00:00.000Z'
  for (const [name, data] of news) await hear(service, database, name, data, time)
}

async function emptyCounters(database: Database): Promise<void> {
  await database.query(
    `truncate analytics_count, analytics_room, analytics_room_hour, analytics_presence,
       analytics_online`,
  )
}

export const online = (user_id: number, clock: string): News => status(user_id, clock, true)
export const offline = (user_id: number, clock: string): News => status(user_id, clock, false)

function status(user_id: number, clock: string, is_online: boolean): News {
  return ['UserOnlineStatusChanged', { user_id, is_online, timestamp: `${DAY}${clock}.000Z` }]
}

export function message(room_id: number, hour: number, message_type = 'text'): News {
  const created_at = new Date(Date.parse(`${DAY}00:30:00.000Z`) + hour * 3_600_000).toISOString()
  return ['MessageSent', { room_id, created_at, message_type }]
}
