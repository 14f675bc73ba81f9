// What this bench stands on: an outbox in a schema of its own, and a topic of ten partitions.
import { randomUUID } from 'node:crypto'
import {
  applyTopics,
  createOutbox,
  type EventLog,
  type Outbox,
  outboxMigrations,
  planTopics,
} from 'sosik'
import { migrate } from 'sosik/postgres'
import { scratchDatabase } from 'sosik/testing'
import { catalogueOf, orderOf } from '../raw/catalogue.ts'

export interface Stage {
  readonly log: EventLog
  readonly database: Awaited<ReturnType<typeof scratchDatabase>>
  readonly given: ReturnType<typeof catalogueOf>
  close(): Promise<void>
}

/** Rows of one transaction of those that fill the outbox. */
const FILL_ROWS = 500

export async function openStage(log: EventLog): Promise<Stage> {
  const given = catalogueOf(`bench-${randomUUID()}`)
  await applyTopics(log.admin, await planTopics(log.admin, given.catalogue))
  const database = await scratchDatabase()
  await migrate(database, outboxMigrations)
  return {
    log,
    database,
    given,
    async close() {
      await database.close()
      await log.admin.deleteTopics([given.orders.name])
    },
  }
}

/** An order of one of so many customers. */
export const orderBy = ({ given }: Pick<Stage, 'given'>, at: number, keys: number) =>
  given.OrderPlaced.of({ ...orderOf(at), customer_id: (at % keys) + 1 })

/** Adds as an application does. */
export async function add(stage: Stage, outbox: Outbox, from: number, count: number, keys: number) {
  const events = Array.from({ length: count }, (_, at) => orderBy(stage, from + at, keys))
  await stage.database.transaction((tx) => outbox.add(tx, events))
}

/** Puts rows aside, which `pour` lets arrive at one instant. */
export async function prepare(stage: Stage, rows: number, keys: number): Promise<void> {
  const outbox = createOutbox()
  await empty(stage)
  for (let at = 0; at < rows; at += FILL_ROWS) {
    await add(stage, outbox, at, Math.min(FILL_ROWS, rows - at), keys)
  }
  await stage.database.query('drop table if exists prepared')
  await stage.database.query('create table prepared as table outbox')
  await empty(stage)
}

export async function pour({ database }: Stage): Promise<void> {
  const columns = 'lane, topic, key, event_id, event_type, value, headers'
  await database.query(
    `insert into outbox (${columns}) select ${columns} from prepared order by id`,
  )
}

/** As a database in use: nothing left over, and the planner knows what is there. */
export async function empty({ database }: Stage): Promise<void> {
  await database.query('truncate outbox, outbox_hold')
  await database.query('vacuum analyze outbox')
}

export async function unsent({ database }: Stage): Promise<number> {
  const rows = await database.query<{ count: number }>(
    'select count(*) from outbox where sent_at is null',
  )
  return rows[0]?.count ?? 0
}
