// What the tests of ops share: the service on both databases, with dead letters and a held key.
import { after, before, beforeEach, describe } from 'node:test'
import { messenger } from '@sosik/contract/catalogue'
import { MessageEdited, MessageSent } from '@sosik/contract/chat'
import { searchGroup } from '@sosik/contract/search'
import {
  applyTopics,
  createOutbox,
  deadLetterMigrations,
  type EventLog,
  outboxMigrations,
  planTopics,
  postgresDeadLetters,
  postgresOutboxStore,
  systemClock,
} from 'sosik'
import { embeddedEventLog, memoryStorage } from 'sosik/embedded'
import { type Database, migrate } from 'sosik/postgres'
import { DATABASES } from '../rehearsal.ts'
import type { Service } from '../service.ts'
import { opsService } from './index.ts'

export const NOW_MS = Date.UTC(2026, 0, 27, 12)
const HOUR_MS = 3_600_000

export interface OpsStage {
  readonly ops: () => Service
  readonly log: () => EventLog
  /** The row that the log has refused. */
  readonly heldRow: () => number
}

/** Three letters of the search group: two of room 1, one quarantined one of room 2. */
async function bury(database: Database): Promise<void> {
  const index = postgresDeadLetters(database)
  const letters = [
    { key: '1', type: MessageSent.name, hours: 3 },
    { key: '1', type: MessageEdited.name, hours: 2 },
    { key: '2', type: MessageSent.name, hours: 1 },
  ]
  for (const [at, { key, type, hours }] of letters.entries()) {
    const failedAtMs = NOW_MS - hours * HOUR_MS
    const letter = {
      group: searchGroup.name,
      topic: MessageSent.topic.name,
      partition: 0,
      offset: BigInt(at),
      key: Buffer.from(key),
      letterOffset: BigInt(at),
      eventId: `event-${at}`,
      eventType: type,
      errorCode: 'TypeError',
      error: 'the index is away',
      failedAtMs,
      parkedAtMs: failedAtMs,
      parks: true,
      redrives: 0,
      nextLetter: 0n,
      followedTo: 0n,
      owner: 'member',
    }
    await index.add(letter, false)
  }
  await database.query(`update dead_letter set state = 'quarantined' where original_offset = 2`)
}

async function holdRow(database: Database): Promise<number> {
  await database.transaction((tx) => createOutbox().add(tx, [MessageSent.of(MessageSent.example)]))
  const [row] = await database.query<{ row_id: number }>(
    `insert into outbox_hold (row_id, lane, topic, key, attempts, error_code, error)
     select id, lane, topic, key, 5, 'SOSIK_RECORD_TOO_LARGE', 'too large' from outbox
     returning row_id`,
  )
  return row?.row_id ?? 0
}

/** The same tests on PostgreSQL inside the process and on a server. */
export function onBothDatabases(tests: (stage: OpsStage) => void): void {
  for (const [name, open] of DATABASES) {
    describe(name, () => {
      let database: Database
      let log: EventLog
      let ops: Service
      let heldRow: number
      before(async () => {
        database = await open()
        await migrate(database, [...outboxMigrations, ...deadLetterMigrations])
        log = embeddedEventLog({ storage: memoryStorage() })
        await applyTopics(log.admin, await planTopics(log.admin, messenger))
        ops = opsService({
          admin: log.admin,
          clock: { ...systemClock, nowMs: () => NOW_MS },
          index: postgresDeadLetters(database),
          outboxStore: postgresOutboxStore(database, { catalogue: messenger }),
        })
      })
      beforeEach(async () => {
        await database.query(
          'truncate dead_letter, redrive_run, outbox, outbox_hold, outbox_action',
        )
        await bury(database)
        heldRow = await holdRow(database)
      })
      after(async () => {
        await log.close()
        await database.close()
      })
      tests({ ops: () => ops, log: () => log, heldRow: () => heldRow })
    })
  }
}
