// What waits behind a held row costs the other keys nothing, and comes back when its key is let go.
import assert from 'node:assert/strict'
import test, { after, before, beforeEach } from 'node:test'
import type { AppendResult, NewRecord } from '../log/log.ts'
import { migrate } from '../postgres/migrate.ts'
import type { Sql } from '../postgres/sql.ts'
import { type ScratchDatabase, scratchDatabase } from '../testing/scratch-database.ts'
import { until } from '../testing/until.ts'
import { operateOutbox } from './operate.ts'
import { postgresOutboxStore } from './postgres-store.ts'
import { createRelay } from './relay.ts'
import { refusalOf, unsentIds } from './store-bench.ts'
import { type Lease, type OutboxStore, SCAN_ROWS_MAX } from './store.ts'
import { outboxMigrations } from './tables.ts'

let database: ScratchDatabase
let store: OutboxStore

before(async () => {
  database = await scratchDatabase()
  await migrate(database, outboxMigrations)
  store = postgresOutboxStore(database)
})
beforeEach(async () => {
  await database.query('truncate outbox, outbox_hold, outbox_relay, outbox_action')
  await database.query('update outbox_lease set owner = null')
})
after(() => database.close())

async function add(sql: Sql, key: string, count = 1): Promise<number> {
  const [row] = await sql.query<{ id: number }>(
    `with added as (
       insert into outbox (lane, topic, key, event_id, event_type, value, headers)
       select length($1), 'orders', convert_to($1, 'utf8'), 'e' || n, 'OrderPlaced', '{}', '[]'
       from generate_series(1, $2) as n returning id)
     select min(id) as id from added`,
    [key, count],
  )
  return row?.id ?? 0
}

test('more rows behind a parked key than a relay looks past stop nobody', async () => {
  const waiting = SCAN_ROWS_MAX + 10_000
  const first = await add(database, 'x', waiting)
  const other = await add(database, 'yy')
  const { leases } = await store.lease('a', new Set())
  await store.hold(leases, [refusalOf(first)])
  await store.refusedHeld(leases, refusalOf(first), null)
  await store.leave('a')
  const sent: string[] = []
  const relay = createRelay({ store, log: { append: accepting(sent) } })
  relay.start()
  await until('the other key', () => sent.includes('yy'))
  const isSetAside = async () => (await store.status()).unsent === 0
  await until('all of it out of the way', isSetAside)
  assert.deepEqual(await unsentIds(store, leases), [])
  assert.equal(await operateOutbox({ store }).release({}, 'Minsu'), 1)
  await until('the rest', () => sent.length === waiting + 1)
  await relay.stop()
  assert.ok(other > first)
})

function accepting(sent: string[]) {
  return async (records: readonly NewRecord[]): Promise<AppendResult[]> => {
    for (const { key } of records) sent.push(Buffer.from(key ?? []).toString())
    return records.map((_, at) => ({ ok: true, partition: 0, offset: BigInt(at) }))
  }
}

/** Lets go while a relay sets rows aside: the two meet at the hold, and both orders are tried. */
for (const what of ['release', 'discard', 'sentHeld'] as const) {
  test(`a ${what} that meets a set-aside looks again, and no row is forgotten`, async () => {
    const first = await add(database, 'x', 3)
    const { leases } = await store.lease('a', new Set())
    await store.hold(leases, [refusalOf(first)])
    const committing = Promise.withResolvers<void>()
    const isAside = Promise.withResolvers<void>()
    const aside = database.transaction(async (tx) => {
      await postgresOutboxStore(tx).setAside(leases)
      isAside.resolve()
      await committing.promise
    })
    await isAside.promise
    const letting = letGo(what, first, leases)
    await until('the two to meet', async () => {
      const text = "select 1 from pg_stat_activity where wait_event_type = 'Lock'"
      return (await database.query(text)).length > 0
    })
    committing.resolve()
    await aside
    await letting
    const left = await unsentIds(store, leases)
    const rest = [first + 1, first + 2]
    assert.deepEqual(left, what === 'release' ? [first, ...rest] : rest)
    assert.deepEqual(await store.held({}, 10), [])
  })
}

async function letGo(
  what: 'release' | 'discard' | 'sentHeld',
  id: number,
  leases: readonly Lease[],
) {
  const outbox = operateOutbox({ store })
  if (what === 'release') assert.equal(await outbox.release({}, 'Minsu'), 1)
  else if (what === 'discard') assert.equal(await outbox.discard(id, 'Minsu'), true)
  else {
    // The relay tries the row again when it is due, and so it comes here again.
    await store.sentHeld(leases, id)
    await store.sentHeld(leases, id)
  }
}
