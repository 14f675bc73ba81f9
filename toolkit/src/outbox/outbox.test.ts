// Outbox, relay and inbox, embedded: nothing lost, order per key, effects once.
import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { transactionalEffects } from '../consumer/effects.ts'
import { openStage, type Stage } from '../consumer/stage.ts'
import { readHeaders } from '../envelope/headers.ts'
import type { DomainEvent } from '../envelope/envelope.ts'
import type { LogRecord } from '../log/log.ts'
import { PayloadConflictError } from '../errors.ts'
import { migrate } from '../postgres/migrate.ts'
import type { Database } from '../postgres/sql.ts'
import { deliveryOf } from '../testing/delivery.ts'
import { until } from '../testing/until.ts'
import { createOutbox } from './outbox.ts'
import { postgresOutboxStore } from './postgres-store.ts'
import { createRelay } from './relay.ts'
import { outboxMigrations } from './tables.ts'
import { scratchPglite } from '../testing/scratch-pglite.ts'

let database: Database
let stage: Stage

before(async () => {
  database = await scratchPglite()
  await migrate(database, outboxMigrations)
})

after(() => database.close())

async function onStage(play: () => Promise<void>): Promise<void> {
  stage = await openStage()
  await database.query('truncate outbox, outbox_hold, inbox')
  try {
    await play()
  } finally {
    await stage.close()
  }
}

const placed = (note: string, customerId = 4) =>
  stage.OrderPlaced.of({ customer_id: customerId, note })

const notesOf = (all: readonly LogRecord[]) =>
  all.map(({ value }) => JSON.parse(new TextDecoder().decode(value ?? undefined)).note)

test('a committed event is published soon, a rolled back one never', () =>
  onStage(async () => {
    const outbox = createOutbox()
    const relay = createRelay({ store: postgresOutboxStore(database), log: stage.log, outbox })
    relay.start()
    await database.transaction((tx) => outbox.add(tx, [placed('a'), placed('b')]))
    const undone = database.transaction(async (tx) => {
      await outbox.add(tx, [placed('undone')])
      throw new Error('undo')
    })
    await assert.rejects(undone, /undo/)
    await database.transaction((tx) => outbox.add(tx, [placed('c')], { correlationId: 'r1' }))
    await until('three records', async () => (await stage.records()).length === 3)
    await relay.stop()
    const all = await stage.records()
    assert.deepEqual(notesOf(all), ['a', 'b', 'c'])
    assert.equal(readHeaders(all[2]?.headers ?? []).correlationId, 'r1')
    const left = await database.query('select 1 from outbox where sent_at is null')
    assert.deepEqual(left, [])
  }))

test('what a killed process left behind is published by the next relay', () =>
  onStage(async () => {
    const outbox = createOutbox()
    await database.transaction((tx) => outbox.add(tx, [placed('left behind')]))
    const relay = createRelay({ store: postgresOutboxStore(database), log: stage.log })
    relay.start()
    await until('the record', async () => (await stage.records()).length === 1)
    await relay.stop()
  }))

test('while the log refuses, rows wait in order; afterwards each is sent once', () =>
  onStage(async () => {
    const append = stage.log.append.bind(stage.log)
    let away = true
    stage.log.append = async (given) =>
      away ? given.map(() => ({ ok: false, error: new Error('away') })) : append(given)
    const outbox = createOutbox()
    const relay = createRelay({ store: postgresOutboxStore(database), log: stage.log, outbox })
    relay.start()
    for (const note of ['a', 'b', 'c']) {
      await database.transaction((tx) => outbox.add(tx, [placed(note)]))
    }
    assert.deepEqual(await stage.records(), [])
    away = false
    await until('three records', async () => (await stage.records()).length === 3)
    await relay.stop()
    assert.deepEqual(notesOf(await stage.records()), ['a', 'b', 'c'])
  }))

test('of two relays one works, and the other takes over at once when it stops', () =>
  onStage(async () => {
    const outbox = createOutbox()
    const first = createRelay({ store: postgresOutboxStore(database), log: stage.log, outbox })
    const second = createRelay({ store: postgresOutboxStore(database), log: stage.log, outbox })
    first.start()
    await database.transaction((tx) => outbox.add(tx, [placed('a')]))
    await until('one record', async () => (await stage.records()).length === 1)
    second.start()
    await first.stop()
    await database.transaction((tx) => outbox.add(tx, [placed('b')]))
    await until('two records', async () => (await stage.records()).length === 2)
    await second.stop()
  }))

test('an effect, its inbox row and the events that follow stand or fall together, and once', () =>
  onStage(async () => {
    await database.query('create table if not exists bill (note text not null)')
    await database.query('truncate bill')
    const outbox = createOutbox()
    const effects = transactionalEffects({ database, outbox, group: 'billing' })
    const event = {
      type: 'OrderPlaced',
      id: 'e1',
      time: '2026-01-27T10:00:00.000Z',
      key: '4',
      data: { customer_id: 4, note: 'a' },
      position: { topic: 'orders', partition: 0, offset: 0n },
    } satisfies DomainEvent
    const bill = (failing: boolean) =>
      effects(
        event,
        async ({ tx }) => {
          await tx.query("insert into bill (note) values ('a')")
          if (failing) throw new Error('no ink')
          return [placed('follows')]
        },
        deliveryOf(),
      )
    await assert.rejects(bill(true), /no ink/)
    await bill(false)
    await bill(false)
    const other = { ...event, data: { ...event.data, note: 'b' } }
    await assert.rejects(
      effects(other, async () => {}, deliveryOf()),
      PayloadConflictError,
    )
    assert.equal((await database.query('select 1 from bill')).length, 1)
    const following = await database.query<{ headers: [string, string][] }>(
      'select headers from outbox',
    )
    assert.equal(following.length, 1)
    const headers = new Map(following[0]?.headers)
    assert.equal(headers.get('causation-id'), 'e1')
    assert.equal(headers.get('correlation-id'), 'e1')
  }))
