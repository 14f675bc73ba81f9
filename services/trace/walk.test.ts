// A message is held up at every place of its way in turn, and the walk names that place.
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { messenger } from '@sosik/contract/catalogue'
import { MessageSent } from '@sosik/contract/chat'
import { notificationGroup } from '@sosik/contract/notification'
import { readTrace } from '@sosik/contract/trace'
import {
  applyTopics,
  createOutbox,
  createRelay,
  deadLetterMigrations,
  DomainEventConsumer,
  type EventLog,
  outboxMigrations,
  planTopics,
  postgresDeadLetters,
  postgresOutboxStore,
  transactionalEffects,
} from 'sosik'
import { embeddedEventLog, memoryStorage } from 'sosik/embedded'
import { type Database, migrate } from 'sosik/postgres'
import { until } from 'sosik/testing'
import { ask, DATABASES } from '../rehearsal.ts'
import type { Service } from '../service.ts'
import { traceService } from './index.ts'
import type { TraceParts } from './walk.ts'

const ROOM = 3
const READER = 2
const SEQ = 5

for (const [name, open] of DATABASES) {
  describe(name, () => {
    let database: Database
    let log: EventLog
    let service: Service
    let count = 0
    let messageId: string
    let nowMs: number
    let standing: Awaited<ReturnType<TraceParts['standing']>>
    let told: Awaited<ReturnType<TraceParts['told']>>
    let streams: Awaited<ReturnType<TraceParts['streamsOf']>>
    /** Whether the group's handler fails. */
    let fails = false

    before(async () => {
      database = await open()
      await migrate(database, [...outboxMigrations, ...deadLetterMigrations])
      service = traceService({
        database,
        get admin() {
          return log.admin
        },
        clock: { nowMs: () => nowMs },
        standing: async () => standing,
        told: async () => told,
        toldMs: 60_000,
        streamsOf: async () => streams,
      })
    })
    after(() => database.close())

    beforeEach(async () => {
      log = embeddedEventLog({ storage: memoryStorage() })
      await applyTopics(log.admin, await planTopics(log.admin, messenger))
      await database.query('truncate outbox, outbox_hold, inbox, dead_letter')
      await database.query('update outbox_lease set owner = null')
      messageId = `m${(count += 1)}`
      nowMs = Date.now()
      const member = { joinedSeq: 0, muted: false }
      standing = { roomId: ROOM, seq: SEQ, createdAtMs: nowMs, isDeleted: false, member }
      told = { userSeq: 9, roomId: undefined, type: 'message', atMs: nowMs, isQuiet: false }
      streams = [{ lastSeq: 9, rooms: [] }]
      fails = false
    })

    afterEach(() => log.close())

    const outbox = createOutbox()
    const say = () =>
      database.transaction((tx) =>
        outbox.add(tx, [
          MessageSent.of({ ...MessageSent.example, message_id: messageId, room_id: ROOM }),
        ]),
      )

    async function publish(): Promise<void> {
      const relay = createRelay({ store: postgresOutboxStore(database), log, outbox })
      relay.start()
      await until('it is sent', async () => {
        const unsent = await database.query('select 1 from outbox where sent_at is null')
        return unsent.length === 0
      })
      await relay.stop()
    }

    async function handle(): Promise<void> {
      const effects = transactionalEffects({ database, outbox, group: notificationGroup.name })
      const consumer = new DomainEventConsumer({
        log,
        catalogue: messenger,
        group: notificationGroup,
        handlers: {
          async MessageSent() {
            if (fails) throw new Error('never')
          },
        },
        effects,
        deadLetters: postgresDeadLetters(database),
        commitIntervalMs: 5,
      })
      await consumer.start()
      await until('the group has passed it', async () => {
        const committed = await log.admin.committed(notificationGroup.name, [
          MessageSent.topic.name,
        ])
        return committed.some(({ offset }) => offset > 0n)
      })
      await consumer.stop()
    }

    /** Where it stands, and what is said of each place. */
    async function walked(): Promise<[verdict: string, states: string]> {
      const query = { message_id: messageId, user_id: READER }
      const { verdict, stages } = await ask(service, readTrace, 0, { query })
      return [verdict.code, stages.map(({ state }) => state[0]).join('')]
    }

    test('one that was never accepted, or is not for this person', async () => {
      standing = undefined
      assert.deepEqual(await walked(), ['message_missing', 'snnnnnn'])
      const there = { roomId: ROOM, seq: SEQ, createdAtMs: nowMs, isDeleted: false }
      standing = { ...there, member: undefined }
      assert.deepEqual(await walked(), ['not_a_member', 'snnnnnn'])
      standing = { ...there, member: { joinedSeq: SEQ, muted: false } }
      assert.deepEqual(await walked(), ['joined_later', 'snnnnnn'])
    })

    test('one in the outbox: waiting, held, parked, discarded', async () => {
      await say()
      assert.deepEqual(await walked(), ['outbox_waiting', 'pwnnnnn'])
      const store = postgresOutboxStore(database)
      const { leases } = await store.lease('relay', new Set())
      const [row] = await database.query<{ id: number }>('select id from outbox')
      const refusal = { rowId: row?.id ?? 0, errorCode: 'SOSIK_LOG_REFUSED', error: 'no' }
      await store.hold(leases, [refusal])
      assert.deepEqual(await walked(), ['outbox_held', 'psnnnnn'])
      await store.refusedHeld(leases, refusal, null)
      assert.deepEqual(await walked(), ['outbox_parked', 'psnnnnn'])
      await database.query('update outbox set is_discarded = true, sent_at = clock_timestamp()')
      assert.deepEqual(await walked(), ['outbox_discarded', 'psnnnnn'])
    })

    test('one that the log has lost, or forgotten by its age', async () => {
      await say()
      await database.query('update outbox set sent_at = clock_timestamp()')
      assert.deepEqual(await walked(), ['log_missing', 'ppsnnnn'])
      nowMs += MessageSent.topic.retentionMs + 1_000
      assert.deepEqual(await walked(), ['stream_sent', 'ppuuupp'])
    })

    test('one that the group has not come to, and one that it has handled', async () => {
      await say()
      await publish()
      assert.deepEqual(await walked(), ['group_behind', 'pppwnnn'])
      await handle()
      assert.deepEqual(await walked(), ['stream_sent', 'ppppppp'])
      await database.query('truncate outbox')
      assert.deepEqual(await walked(), ['stream_sent', 'puppppp'])
    })

    test('one whose handler failed, until an operator gives it up', async () => {
      fails = true
      await say()
      await publish()
      await handle()
      assert.deepEqual(await walked(), ['inbox_dead_letter', 'ppppsnn'])
      await database.query(
        `insert into inbox (consumer_group, event_id, payload_hash)
         select consumer_group, event_id, '' from dead_letter`,
      )
      assert.deepEqual(await walked(), ['inbox_given_up', 'ppppsnn'])
    })

    test('one that was told to nobody, and streams that have not got it', async () => {
      await say()
      await publish()
      await handle()
      streams = []
      assert.deepEqual(await walked(), ['stream_absent', 'ppppppw'])
      streams = [
        { lastSeq: 9, rooms: [] },
        { lastSeq: 8, rooms: [] },
      ]
      assert.deepEqual(await walked(), ['stream_behind', 'pppppps'])
      // In a large room it is the room's line that tells, and its place that counts.
      told = { userSeq: 4, roomId: ROOM, type: 'message', atMs: nowMs, isQuiet: false }
      streams = [{ lastSeq: 9, rooms: [[ROOM, 4]] }]
      assert.deepEqual(await walked(), ['stream_sent', 'ppppppp'])
      streams = [{ lastSeq: 9, rooms: [[ROOM, 3]] }]
      assert.deepEqual(await walked(), ['stream_behind', 'pppppps'])
      streams = undefined
      assert.deepEqual(await walked(), ['stream_unasked', 'ppppppu'])
      told = undefined
      assert.deepEqual(await walked(), ['line_not_told', 'pppppsn'])
      nowMs += 60_001
      assert.deepEqual(await walked(), ['line_forgotten', 'pppppun'])
    })
  })
}
