// What the tests of rebuilding stand on: a log, the group that counts it, and a look at the counts.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { analyticsGroup, readAnalytics, readRebuild } from '@sosik/contract/analytics'
import { messenger } from '@sosik/contract/catalogue'
import {
  applyTopics,
  createOutbox,
  DomainEventConsumer,
  DomainEventProducer,
  type EventLog,
  groupLag,
  type LogAdmin,
  memoryDeadLetters,
  outboxMigrations,
  planTopics,
  systemClock,
  transactionalEffects,
} from 'sosik'
import type { NewEvent } from 'sosik/catalogue'
import { type Database, migrate } from 'sosik/postgres'
import { until } from 'sosik/testing'
import { ask } from '../../rehearsal.ts'
import type { Hearing } from '../../service.ts'
import type { Report } from '../analytics.ts'
import { type AnalyticsService, analyticsService } from '../index.ts'
import type { Status } from './run.ts'

export interface Stage {
  readonly log: EventLog
  /** With another look at the log, when one is given. */
  serviceOn(admin?: LogAdmin): AnalyticsService
  /** The event's example with other data. */
  happen(name: string, data: object): Promise<void>
  /** Appends all that the log holds once more. */
  redeliver(): Promise<void>
  startCounting(): Promise<void>
  stopCounting(): Promise<void>
  /** Waits until the group has handled all, then answers the counts. */
  counted(): Promise<Report>
  close(): Promise<void>
}

export async function openStage(database: Database, log: EventLog): Promise<Stage> {
  const { admin } = log
  await applyTopics(admin, await planTopics(admin, messenger))
  const serviceOn = (admin: LogAdmin = log.admin) =>
    analyticsService({
      database,
      admin,
      clock: systemClock,
      newId: randomUUID,
      onError(error) {
        throw error
      },
    })
  const analytics = serviceOn()
  await migrate(database, [...outboxMigrations, ...analytics.migrations])
  const producer = new DomainEventProducer({ log })
  await producer.start()
  const [hearing] = analytics.hears
  assert(hearing)
  let consumer: Pick<DomainEventConsumer<object>, 'stop'> | undefined
  const stage: Stage = {
    log,
    serviceOn,
    async happen(name, data) {
      const definition = messenger.event(name)
      assert(definition, name)
      const event = { definition, data: { ...definition.example, ...data } } as NewEvent
      await producer.publish(event)
    },
    redeliver: () => appendAgain(log),
    async startCounting() {
      const counting = counterOf(database, log, hearing)
      await counting.start()
      consumer = counting
    },
    async stopCounting() {
      await consumer?.stop()
      consumer = undefined
    },
    async counted() {
      await until('nothing is left to count', async () =>
        (await groupLag(admin, analyticsGroup)).every(({ lag }) => lag === 0n),
      )
      return ask(analytics, readAnalytics, 0)
    },
    async close() {
      await stage.stopCounting()
      await producer.stop()
    },
  }
  return stage
}

function counterOf(database: Database, log: EventLog, { group, handlers }: Hearing) {
  const { name, concurrencyMax: together } = group
  return new DomainEventConsumer({
    log,
    catalogue: messenger,
    group,
    handlers,
    effects: transactionalEffects({ database, outbox: createOutbox(), group: name, together }),
    deadLetters: memoryDeadLetters(),
    commitIntervalMs: 20,
  })
}

async function appendAgain({ admin, append }: EventLog): Promise<void> {
  for (const { name } of analyticsGroup.topics) {
    for (const { topic, partition, offset } of await admin.offsets(name, 'latest')) {
      for await (const record of admin.read({ topic, partition }, 0n, offset)) {
        const { key, value, headers } = record
        const [result] = await append([{ topic, partition, key, value, headers }])
        assert(result?.ok)
      }
    }
  }
}

/** Waits until the rebuild has ended, and answers how. */
export function ended(service: AnalyticsService): Promise<Status> {
  return until('the end of the rebuild', async () => {
    const status = await ask(service, readRebuild, 0)
    return status.state !== 'running' && status
  })
}
