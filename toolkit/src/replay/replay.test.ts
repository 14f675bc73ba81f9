// A group is set back on memory and on Kafka, while another one goes on and notices nothing.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test from 'node:test'
import { consumerGroup, sideEffect } from '../catalogue/group.ts'
import { movedBack, replay, type ReplayOptions } from './replay.ts'
import { NO_METADATA, readMetadata, writeMetadata } from '../consumer/commit-metadata.ts'
import { DomainEventConsumer } from '../consumer/consumer.ts'
import { transactionalEffects } from '../consumer/effects.ts'
import { openStage, type Stage } from '../consumer/stage.ts'
import { embeddedEventLog } from '../embedded/embedded-event-log.ts'
import { memoryStorage } from '../embedded/memory.ts'
import { GroupNotEmptyError } from '../errors.ts'
import { kafkaEventLog } from '../kafka/index.ts'
import type { EventLog } from '../log/log.ts'
import { createOutbox } from '../outbox/outbox.ts'
import { outboxMigrations } from '../outbox/tables.ts'
import { migrate } from '../postgres/migrate.ts'
import type { Database } from '../postgres/sql.ts'
import { kafkaBrokers } from '../testing/real.ts'
import { until } from '../testing/until.ts'
import { scratchPglite } from '../testing/scratch-pglite.ts'

const at = { topic: 'orders', partition: 0 }

test('what a replay commits: the new offset, up to where it goes, and who is suspected', () => {
  const metadata = writeMetadata(10n, {
    ...NO_METADATA,
    done: [12n, 15n],
    noted: [{ offset: 11n, starts: 2 }],
  })
  const moved = movedBack({ ...at, offset: 10n, metadata }, 3n, 'force')
  assert.equal(moved?.offset, 3n)
  assert.deepEqual(readMetadata(3n, moved?.metadata ?? ''), {
    done: [],
    opened: 0,
    noted: [{ offset: 11n, starts: 2 }],
    replay: { until: 16n, inbox: 'force' },
  })
})

test('a replay within a replay goes to the end of the first', () => {
  const first = movedBack({ ...at, offset: 10n, metadata: '' }, 3n, 'force')
  assert.ok(first)
  const second = movedBack(first, 1n, 'skip_seen')
  const read = readMetadata(1n, second?.metadata ?? '')
  assert.deepEqual(read.replay, { until: 10n, inbox: 'skip_seen' })
})

test('forward is no replay', () => {
  assert.equal(movedBack({ ...at, offset: 10n, metadata: '' }, 10n, 'force'), undefined)
})

interface Seen {
  readonly note: string
  readonly isReplay: boolean
}

/** Runs the stage's group over an inbox in `database` until its commit is at `end`. */
async function run(stage: Stage, database: Database, end: bigint, isMail = false) {
  const seen: Seen[] = []
  const handler = (event: { data: { note: string } }, delivery: { isReplay: boolean }) =>
    void seen.push({ note: event.data.note, isReplay: delivery.isReplay })
  const effects = transactionalEffects({
    database,
    outbox: createOutbox(),
    group: stage.billing.name,
  })
  const consumer = new DomainEventConsumer({
    log: stage.log,
    catalogue: stage.catalogue,
    group: stage.billing,
    handlers: { OrderPlaced: isMail ? sideEffect(handler) : handler },
    effects,
    commitIntervalMs: 5,
  })
  await consumer.start()
  await until('the end', async () => (await stage.committed()) === end)
  await consumer.stop()
  return { seen, account: consumer.account }
}

function replaySuite(name: string, openLog: () => Promise<EventLog>): void {
  test(`${name}: a group is set back, sees that, and another group goes on`, async (context) => {
    const log = await openLog()
    const topic = `replay-${randomUUID()}`
    const stage = await openStage({ name: topic, log })
    const database = await scratchPglite()
    await migrate(database, outboxMigrations)
    const others: string[] = []
    const other = new DomainEventConsumer({
      log,
      catalogue: stage.catalogue,
      group: consumerGroup(randomUUID(), {
        topics: stage.billing.topics,
        afterDeadLetter: 'continue',
      }),
      handlers: { OrderPlaced: ({ data }) => void others.push(data.note) },
      effects: async (_event, handle) => void (await handle({})),
    })
    context.after(async () => {
      await other.stop()
      await stage.close()
      await database.close()
    })
    await other.start()
    for (const note of ['a', 'b', 'c', 'd']) await stage.place(note)
    const first = await run(stage, database, 4n)
    assert.deepEqual(
      first.seen.map(({ isReplay }) => isReplay),
      [false, false, false, false],
    )
    const again = (options: ReplayOptions) => replay(log.admin, stage.billing, options)
    const offsets = [{ topic, partition: 0, offset: 1n }]
    const dry = await again({ to: { offsets }, dryRun: true })
    assert.deepEqual(dry, [{ topic, partition: 0, from: 4n, to: 1n }])
    assert.equal(await stage.committed(), 4n)

    await stage.place('e')
    assert.deepEqual(await again({ to: { offsets }, inbox: 'force' }), dry)
    const forced = await run(stage, database, 5n)
    assert.deepEqual(forced.seen.map(wordOf), ['b again', 'c again', 'd again', 'e'])

    await again({ to: 'earliest' })
    const skipped = await run(stage, database, 5n)
    assert.deepEqual(skipped.seen, [])
    assert.equal(skipped.account.read, 5)

    await stage.place('f')
    await again({ to: 'earliest', inbox: 'side_effect_free' })
    const free = await run(stage, database, 6n, true)
    assert.deepEqual(free.seen.map(wordOf), ['f'])
    assert.equal(free.account.skipped, 5)

    await again({ to: { timestampMs: Date.now() + 60_000 } })
    assert.equal(await stage.committed(), 6n, 'a time to come sets nobody back')
    await until('the other group', () => others.length === 6)
    assert.deepEqual(others, ['a', 'b', 'c', 'd', 'e', 'f'])
  })

  test(`${name}: a group with members is not set back`, async (context) => {
    const stage = await openStage({ name: `replay-${randomUUID()}`, log: await openLog() })
    const consumer = stage.consumer({ OrderPlaced() {} })
    context.after(async () => {
      await consumer.stop()
      await stage.close()
    })
    await consumer.start()
    await stage.place('a')
    await until('the commit', async () => (await stage.committed()) === 1n)
    const moving = replay(stage.log.admin, stage.billing, { to: 'earliest' })
    await assert.rejects(moving, GroupNotEmptyError)
  })
}

const wordOf = ({ note, isReplay }: Seen) => (isReplay ? `${note} again` : note)

replaySuite('memory', async () => embeddedEventLog({ storage: memoryStorage() }))
replaySuite('kafka', () => kafkaEventLog({ brokers: kafkaBrokers() }))
