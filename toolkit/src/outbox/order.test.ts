// Many writers at once on a real server: nothing missed, and each key in its order.
import assert from 'node:assert/strict'
import test from 'node:test'
import { openStage } from '../consumer/stage.ts'
import { migrate } from '../postgres/migrate.ts'
import { scratchDatabase } from '../testing/scratch-database.ts'
import { until } from '../testing/until.ts'
import { createOutbox } from './outbox.ts'
import { postgresOutboxStore } from './postgres-store.ts'
import { createRelay } from './relay.ts'
import { outboxMigrations } from './tables.ts'

const WRITERS = 16
const KEYS = 10
const COMMANDS = 1_000
const SLOW_EVERY = 20
const SLOW_MS = 15

test('sixteen writers, slow ones and a stranger: all sent, in order', async () => {
  const database = await scratchDatabase()
  const stage = await openStage()
  await migrate(database, outboxMigrations)
  await database.query('create table turn (key int primary key, number int not null)')
  await database.query('create table stranger (id int)')
  const outbox = createOutbox()
  const relay = createRelay({ store: postgresOutboxStore(database), log: stage.log, outbox })
  relay.start()
  let next = 0

  /** A key's number is drawn after the outbox has locked the key, so numbers follow the commits. */
  async function write(): Promise<void> {
    for (let at = next++; at < COMMANDS; at = next++) {
      const key = (at % KEYS) + 1
      await database.transaction(async (tx) => {
        const [turn] = await tx.query<{ number: number }>(
          `insert into turn values ($1, 1)
           on conflict (key) do update set number = turn.number + 1 returning number`,
          [key],
        )
        const event = { customer_id: key, note: String(turn?.number) }
        await outbox.add(tx, [stage.OrderPlaced.of(event)])
        if (at % SLOW_EVERY === 0) await new Promise((resolve) => setTimeout(resolve, SLOW_MS))
      })
    }
  }

  let leave = () => {}
  const stranger = database.transaction(async (tx) => {
    await tx.query('insert into stranger values (1)')
    await new Promise<void>((resolve) => {
      leave = resolve
    })
  })
  await Promise.all(Array.from({ length: WRITERS }, write))
  // The stranger's transaction is still open: nobody waits for it.
  await until('all sent', async () => (await stage.records()).length >= COMMANDS)
  leave()
  await stranger
  await relay.stop()

  const sent = await stage.records()
  assert.equal(sent.length, COMMANDS)
  const ofKey = Map.groupBy(sent, (record) => new TextDecoder().decode(record.key ?? undefined))
  assert.equal(ofKey.size, KEYS)
  for (const [key, records] of ofKey) {
    const notes = records.map(({ value }) =>
      Number(JSON.parse(new TextDecoder().decode(value ?? undefined)).note),
    )
    assert.deepEqual(
      notes,
      notes.map((_, at) => at + 1),
      `key ${key}`,
    )
  }
  await stage.close()
  await database.close()
})
