// What the inbox remembers, and for how long.
import assert from 'node:assert/strict'
import test, { after, before, beforeEach } from 'node:test'
import { catalogue } from '../catalogue/catalogue.ts'
import { days, topic } from '../catalogue/topic.ts'
import { migrate } from '../postgres/migrate.ts'
import type { Database } from '../postgres/sql.ts'
import { topicSpecifications } from '../topics/plan.ts'
import { inboxAdd, inboxRetentionMs, readInbox } from './inbox.ts'
import { postgresOutboxStore } from './postgres-store.ts'
import { outboxMigrations } from './tables.ts'
import { scratchPglite } from '../testing/scratch-pglite.ts'

const topicOf = (name: string, retentionMs: number) =>
  topic(name, { partitions: 1, retentionMs, source: '/shop' })
const shop = catalogue({ orders: topicOf('orders', days(7)), stock: topicOf('stock', days(90)) })

let database: Database
before(async () => {
  database = await scratchPglite()
  await migrate(database, outboxMigrations)
})
beforeEach(() => database.query('truncate inbox'))
after(() => database.close())

const ordered = (id: string, note = 'a') => ({ id, type: 'OrderPlaced', data: { note } })
const remembered = async () =>
  (await database.query<{ event_id: string }>('select event_id from inbox order by 1')).map(
    (row) => row.event_id,
  )

test('of several events those that are new, seen and in conflict are told apart', async () => {
  await inboxAdd(database, 'billing', [ordered('a'), ordered('b')])
  const again = [ordered('c'), ordered('b', 'other'), ordered('a')]
  assert.deepEqual(await inboxAdd(database, 'billing', again), ['new', 'conflict', 'seen'])
  assert.deepEqual(await inboxAdd(database, 'shipping', [ordered('a')]), ['new'])
})

test('an event that was given up is seen, whatever it holds', async () => {
  await database.query("insert into inbox values ('billing', 'a', '')")
  assert.deepEqual(await inboxAdd(database, 'billing', [ordered('a'), ordered('b')]), [
    'seen',
    'new',
  ])
  assert.deepEqual(await inboxAdd(database, 'billing', [ordered('a', 'other')]), ['seen'])
})

test('who asks learns what the group has handled, when, and what it gave up', async () => {
  await inboxAdd(database, 'billing', [ordered('a')])
  await inboxAdd(database, 'shipping', [ordered('c')])
  await database.query("insert into inbox values ('billing', 'b', '')")
  const entries = await readInbox(database, 'billing', ['a', 'b', 'c'])
  const told = [...entries]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { isGivenUp }]) => [id, isGivenUp])
  assert.deepEqual(told, [
    ['a', false],
    ['b', true],
  ])
  assert.ok(Math.abs((entries.get('a')?.handledAtMs ?? 0) - Date.now()) < 60_000)
})

test('an event is remembered for as long as a record or dead letter of it can lie there', () => {
  const kept = topicSpecifications(shop.topics, 1).map(({ name, config }) => ({
    isDeadLetters: name.endsWith('.dlq'),
    retentionMs: Number(config['retention.ms']),
  }))
  const longest = (isDeadLetters: boolean) =>
    Math.max(...kept.filter((one) => one.isDeadLetters === isDeadLetters).map(retentionOf))
  assert.equal(inboxRetentionMs(shop), longest(false) + longest(true))
  assert.equal(inboxRetentionMs({ topics: [topicOf('kept', -1)] }), Infinity)
})

test('what is older than that is forgotten, and nothing else', async () => {
  const nowMs = Date.now()
  const retentionMs = inboxRetentionMs(shop)
  for (const [id, ageMs] of [
    ['old', retentionMs + 60_000],
    ['young', retentionMs - 60_000],
  ] as const) {
    await inboxAdd(database, 'billing', [ordered(id)])
    const at = new Date(nowMs - ageMs)
    await database.query('update inbox set handled_at = $2 where event_id = $1', [id, at])
  }
  await postgresOutboxStore(database).purge(nowMs)
  assert.deepEqual(await remembered(), ['old', 'young'])
  assert.equal(await postgresOutboxStore(database, { catalogue: shop }).purge(nowMs), false)
  assert.deepEqual(await remembered(), ['young'])
})

const retentionOf = ({ retentionMs }: { readonly retentionMs: number }) => retentionMs
