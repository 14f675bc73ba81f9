// The outbox store's suite in memory, on PGlite and on a server.
import { VirtualClock } from '../embedded/virtual-clock.ts'
import { migrate } from '../postgres/migrate.ts'
import type { Database } from '../postgres/sql.ts'
import { scratchDatabase } from '../testing/scratch-database.ts'
import { outboxCommandSuite } from './command-store.suite.ts'
import { memoryOutbox } from './memory-store.ts'
import { postgresOutboxStore } from './postgres-store.ts'
import type { StoreBench } from './store-bench.ts'
import { outboxStoreSuite } from './store.suite.ts'
import { outboxMigrations } from './tables.ts'
import { scratchPglite } from '../testing/scratch-pglite.ts'

const encoder = new TextEncoder()

async function memoryBench(): Promise<StoreBench> {
  const clock = new VirtualClock(Date.parse('2026-01-27T10:00:00.000Z'))
  let outbox = memoryOutbox(clock)
  let lastId = 0
  const bench = {
    store: outbox.store,
    async add(lane: number, key: string, topic = 'orders') {
      lastId += 1
      const event = { eventId: `e${lastId}`, eventType: 'OrderPlaced', headers: [] }
      const bytes = { key: encoder.encode(key), value: encoder.encode('{}') }
      outbox.commit([{ id: lastId, lane, topic, ...event, ...bytes }])
      return lastId
    },
    pass: (byMs: number) => clock.advance(byMs),
    nowMs: () => clock.nowMs(),
    async empty() {
      outbox = memoryOutbox(clock)
      Object.assign(bench.store, outbox.store)
    },
    close: async () => {},
  }
  return bench
}

/** The database's clock cannot be set, so what waits for a time is set back instead. */
async function databaseBench(database: Database): Promise<StoreBench> {
  await migrate(database, outboxMigrations)
  const backs = ['outbox_relay', 'outbox_lease', 'outbox_hold'].map(
    (table) => `update ${table} set until = until - $1 * interval '1 millisecond'`,
  )
  return {
    store: postgresOutboxStore(database),
    async add(lane, key, topic = 'orders') {
      const [row] = await database.query<{ id: number }>(
        `insert into outbox (lane, topic, key, event_id, event_type, value, headers)
         values ($1, $2, $3, 'e', 'OrderPlaced', $4, '[]') returning id`,
        [lane, topic, encoder.encode(key), encoder.encode('{}')],
      )
      return row?.id ?? 0
    },
    async pass(byMs) {
      for (const back of backs) await database.query(back, [byMs])
    },
    nowMs: () => Date.now(),
    async empty() {
      await database.query('truncate outbox, outbox_relay, outbox_hold, outbox_action')
      await database.query('update outbox_lease set owner = null')
    },
    close: () => database.close(),
  }
}

for (const suite of [outboxStoreSuite, outboxCommandSuite]) {
  suite('memory', memoryBench)
  suite('pglite', async () => databaseBench(await scratchPglite()))
  suite('server', async () => databaseBench(await scratchDatabase()))
}
