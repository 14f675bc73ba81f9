// A handler has a deadline: what it does after it counts for nothing, and the key goes on.
import assert from 'node:assert/strict'
import test from 'node:test'
import { VirtualClock } from '../embedded/virtual-clock.ts'
import { ClosedError, HandlerTimeoutError } from '../errors.ts'
import { createOutbox } from '../outbox/outbox.ts'
import { outboxMigrations } from '../outbox/tables.ts'
import { migrate } from '../postgres/migrate.ts'
import type { Transaction } from '../postgres/sql.ts'
import { until } from '../testing/until.ts'
import { Attempt, withinDeadline } from './deadline.ts'
import { type Effects, transactionalEffects } from './effects.ts'
import { failureKind } from './failure.ts'
import { openStage } from './stage.ts'
import { scratchPglite } from '../testing/scratch-pglite.ts'

const FIRST = { redrives: 0, isReplay: false }

test('an answer in time is the answer, and leaves no timer behind', async () => {
  const clock = new VirtualClock()
  const attempt = new Attempt(1, FIRST)
  assert.equal(await withinDeadline(clock, 10, attempt, () => 7), 7)
  assert.equal(await withinDeadline(clock, 10, attempt, async () => 8), 8)
  await assert.rejects(
    withinDeadline(clock, 10, attempt, async () => {
      throw new Error('no ink')
    }),
    /no ink/,
  )
  assert.equal(clock.waiting, 0)
  assert.equal(attempt.signal.aborted, false)
})

test('at the deadline the signal aborts, and the attempt has failed', async () => {
  const clock = new VirtualClock()
  const attempt = new Attempt(1, FIRST)
  const { signal } = attempt
  const late = withinDeadline(clock, 10, attempt, () => new Promise(() => {}))
  const failed = assert.rejects(late, (error) => {
    assert.ok(error instanceof HandlerTimeoutError)
    assert.equal(failureKind(error), 'unknown')
    return true
  })
  await clock.advance(9)
  assert.equal(signal.aborted, false)
  await clock.advance(1)
  await failed
  assert.ok(signal.reason instanceof HandlerTimeoutError)
})

test('a signal that is asked for after the deadline is aborted already', async () => {
  const attempt = new Attempt(1, FIRST)
  attempt.giveUp(new Error('late'))
  assert.equal(attempt.signal.aborted, true)
})

test('a handler that hangs is a dead letter after its attempts, and the key goes on', async (t) => {
  const stage = await openStage({ group: { handlerMsMax: 20 } })
  const attempts: [note: string, attempt: number, aborted: () => boolean][] = []
  const consumer = stage.consumer({
    async OrderPlaced({ data }, { attempt, signal }) {
      attempts.push([data.note, attempt, () => signal.aborted])
      if (data.note === 'hangs') await new Promise(() => {})
    },
  })
  t.after(async () => {
    await consumer.stop()
    await stage.close()
  })
  await consumer.start()
  await stage.place('hangs')
  await stage.place('next')
  await until('the next order', () => attempts.some(([note]) => note === 'next'))
  assert.deepEqual(
    attempts.map(([note, attempt, aborted]) => [note, attempt, aborted()]),
    [
      ['hangs', 1, true],
      ['hangs', 2, true],
      ['hangs', 3, true],
      ['next', 1, false],
    ],
  )
  const [letter] = await stage.deadLetters()
  assert.equal(letter?.body.error_code, 'SOSIK_HANDLER_TIMEOUT')
})

test('a late handler can neither commit nor write outside of its transaction', async (t) => {
  const database = await scratchPglite()
  t.after(() => database.close())
  await migrate(database, outboxMigrations)
  await database.query('create table bill (note text not null)')
  const stage = await openStage({ group: { handlerMsMax: 50 } })
  const kept = transactionalEffects({ database, outbox: createOutbox(), group: 'billing' })
  const transactions: Transaction[] = []
  const effects: Effects<object> = (event, handle, delivery) => {
    const call = (context: { tx: Transaction }) => {
      transactions.push(context.tx)
      return handle(context)
    }
    return kept(event, call, delivery)
  }
  let runs = 0
  const late: Promise<unknown>[] = []
  const consumer = stage.consumer(
    {
      async OrderPlaced(_event, { signal }) {
        runs += 1
        const [tx] = transactions
        if (runs > 1 || tx === undefined) return
        await tx.query("insert into bill values ('early')")
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
        await new Promise((resolve) => setTimeout(resolve, 1))
        late.push(tx.query("insert into bill values ('late')"))
        await late[0]
      },
    },
    { effects },
  )
  t.after(async () => {
    await consumer.stop()
    await stage.close()
  })
  await consumer.start()
  await stage.place('a')
  await until('the commit', async () => (await stage.committed()) === 1n)
  assert.equal(runs, 2)
  await until('the late query', () => late.length === 1)
  await assert.rejects(late[0] ?? Promise.resolve(), ClosedError)
  assert.deepEqual(await database.query('select * from bill'), [])
})
