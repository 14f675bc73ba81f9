// What effects that share a transaction promise; it runs on PGlite and on a server.
import assert from 'node:assert/strict'
import test, { after, before, beforeEach } from 'node:test'
import type { NewEvent } from '../catalogue/event.ts'
import type { Clock } from '../clock.ts'
import { VirtualClock } from '../embedded/virtual-clock.ts'
import type { DomainEvent } from '../envelope/envelope.ts'
import { ClosedError, HandlerTimeoutError, PayloadConflictError } from '../errors.ts'
import { createOutbox } from '../outbox/outbox.ts'
import { outboxMigrations } from '../outbox/tables.ts'
import { migrate } from '../postgres/migrate.ts'
import type { Database, Transaction } from '../postgres/sql.ts'
import { deliveryOf } from '../testing/delivery.ts'
import { until } from '../testing/until.ts'
import { Attempt, withinDeadline } from './deadline.ts'
import { transactionalEffects } from './effects.ts'
import { sameAsOneByOne } from './group-commit.property.ts'
import { type Bill, BILLS, bill, orderOf } from './order.ts'
import { shopOf } from './stage.ts'
import { turning } from './turning.ts'

type Handle = (tx: Transaction) => Promise<readonly NewEvent[] | void>

const { OrderPlaced } = shopOf('orders')

interface Kind {
  /** With one connection a transaction waits for the one before, whatever we do. */
  readonly connections: number
}

export function groupCommitSuite(name: string, open: () => Promise<Database>, kind: Kind): void {
  let database: Database
  before(async () => {
    database = await open()
    await migrate(database, outboxMigrations)
    await database.query(BILLS)
  })
  beforeEach(async () => {
    await database.query('truncate bill, inbox, outbox')
  })
  after(() => database.close())

  const bills = () => database.query<Bill>('select * from bill order by at')
  const notes = async () => (await bills()).map(({ note }) => note).toSorted()
  const transactions = async () => new Set((await bills()).map((one) => one.written_in)).size

  /** Counts the calls of each order's handler. */
  function open4(clock?: Clock) {
    const effects = transactionalEffects({
      database,
      outbox: createOutbox(),
      group: 'billing',
      together: 4,
      ...(clock !== undefined && { clock }),
    })
    const calls: string[] = []
    const order = (event: DomainEvent, handle?: Handle, delivery = deliveryOf()) =>
      effects(
        event,
        async ({ tx }) => {
          calls.push(event.id)
          await bill(tx, event)
          return await handle?.(tx)
        },
        delivery,
      )
    return { effects, order, calls }
  }

  const customers = [1, 2, 3, 4]

  test(`${name}: what waits at the same time shares one transaction`, async () => {
    const { order } = open4()
    await Promise.all(customers.map((customer) => order(orderOf(customer, 'a'))))
    assert.deepEqual([(await bills()).length, await transactions()], [4, 1])
  })

  test(`${name}: what comes while a transaction runs is the next one's`, async () => {
    const { order } = open4()
    const later: Promise<void>[] = []
    await order(orderOf(1, 'a'), async () => {
      for (const customer of [2, 3, 4]) later.push(order(orderOf(customer, 'b')))
    })
    await Promise.all(later)
    assert.deepEqual([(await bills()).length, await transactions()], [4, 2])
  })

  test(`${name}: a deadlock is not met together a second time`, async () => {
    const { order, calls } = open4()
    let runs = 0
    const deadlocked = order(orderOf(2, 'a'), async () => {
      runs += 1
      if (runs === 1) throw Object.assign(new Error('deadlock'), { code: '40P01' })
    })
    await Promise.all([deadlocked, ...[1, 3].map((customer) => order(orderOf(customer, 'a')))])
    assert.equal((await bills()).length, 3)
    assert.ok(calls.length <= 6, calls.join(', '))
    assert.equal(await transactions(), 2)
  })

  test(`${name}: a lone event waits for no timer`, async () => {
    const clock = new VirtualClock()
    const { order } = open4(clock)
    const ordered = order(orderOf(1, 'a'))
    await clock.advance(0)
    await ordered
    assert.deepEqual([await notes(), clock.nowMs(), clock.waiting], [['a'], 0, 0])
  })

  test(`${name}: of one key never two in a transaction, and in their order`, async () => {
    const { order } = open4()
    await Promise.all(['a', 'b', 'c'].map((note) => order(orderOf(1, note))))
    const written = await bills()
    assert.deepEqual(
      written.map(({ note }) => note),
      ['a', 'b', 'c'],
    )
    assert.equal(await transactions(), 3)
  })

  test(`${name}: one that fails fails alone, and costs the others a second run`, async () => {
    const { order, calls } = open4()
    const failing = order(orderOf(2, 'a'), () => Promise.reject(new Error('no ink')))
    const others = [1, 3, 4].map((customer) => order(orderOf(customer, 'a')))
    await assert.rejects(failing, /no ink/)
    await Promise.all(others)
    assert.deepEqual((await bills()).map(({ customer }) => customer).toSorted(), ['1', '3', '4'])
    assert.ok([1, 2, 3, 4].every((one) => calls.filter((id) => id === `${one}-a`).length <= 2))
    assert.equal((await database.query('select 1 from inbox')).length, 3)
    assert.equal(await transactions(), 1)
  })

  test(`${name}: where many fail each is called a few times, the good one is kept`, async () => {
    const { order, calls } = open4()
    const failing = [1, 2, 3].map((customer) =>
      order(orderOf(customer, 'a'), () => Promise.reject(new Error('no ink'))),
    )
    const good = order(orderOf(4, 'a'))
    for (const one of failing) await assert.rejects(one, /no ink/)
    await good
    assert.equal((await bills()).length, 1)
    assert.ok(calls.length <= 10, calls.join(', '))
  })

  test(`${name}: one that failed before shares nothing any more`, async () => {
    const { order, calls } = open4()
    const retried = deliveryOf({ attempt: 2 })
    const failing = order(orderOf(2, 'a'), () => Promise.reject(new Error('no ink')), retried)
    const others = [1, 3, 4].map((customer) => order(orderOf(customer, 'a')))
    await assert.rejects(failing, /no ink/)
    await Promise.all(others)
    assert.deepEqual(calls.toSorted(), ['1-a', '2-a', '3-a', '4-a'])
  })

  test(`${name}: another payload is refused by itself, without a second run`, async () => {
    const { order, calls } = open4()
    await order(orderOf(1, 'a', 'one id'))
    const conflict = order(orderOf(1, 'b', 'one id'))
    const others = [2, 3].map((customer) => order(orderOf(customer, 'a')))
    const again = order(orderOf(4, 'a', 'another')).then(() => order(orderOf(4, 'a', 'another')))
    await assert.rejects(conflict, (error) => {
      assert.ok(error instanceof PayloadConflictError)
      return error.message.includes('one id')
    })
    await Promise.all([...others, again])
    assert.deepEqual(calls.toSorted(), ['2-a', '3-a', 'another', 'one id'])
  })

  test(`${name}: what follows carries the trace of its own cause`, async () => {
    const { order } = open4()
    const follows = (customer: number) => async () => [
      OrderPlaced.of({ customer_id: customer, note: `after ${customer}` }),
    ]
    const causes = customers.map((one) => ({ ...orderOf(one, 'a'), correlationId: `c${one}` }))
    await Promise.all(causes.map((event) => order(event, follows(Number(event.key)))))
    const rows = await database.query<{ key: Uint8Array; headers: [string, string][] }>(
      'select key, headers from outbox order by id',
    )
    const traces = rows.map(({ key, headers }) => {
      const header = new Map(headers)
      const customer = Buffer.from(key).toString()
      return [customer, header.get('causation-id'), header.get('correlation-id')]
    })
    assert.deepEqual(
      traces,
      customers.map((one) => [String(one), `${one}-a`, `c${one}`]),
    )
    assert.equal(await transactions(), 1)
  })

  test(`${name}: one whose time is up is rejected, and can write nothing any more`, async () => {
    const clock = new VirtualClock()
    const { order } = open4()
    const attempt = new Attempt(1, { redrives: 0, isReplay: false })
    const late = Promise.withResolvers<void>()
    let wroteLate: Promise<unknown> = Promise.resolve()
    const hang = async (tx: Transaction) => {
      wroteLate = late.promise.then(() => bill(tx, orderOf(2, 'late')))
      await withinDeadline(clock, 5, attempt, () => new Promise(() => {}))
    }
    const hanging = order(orderOf(2, 'a'), hang, attempt)
    const others = [1, 3, 4].map((customer) => order(orderOf(customer, 'a')))
    const rejected = assert.rejects(hanging, HandlerTimeoutError)
    await until('the handler', () => clock.waiting === 1)
    await clock.advance(5)
    await rejected
    await Promise.all(others)
    late.resolve()
    await assert.rejects(wroteLate, ClosedError)
    assert.equal((await bills()).length, 3)
  })

  test(`${name}: one whose time is up while it waits is not called`, async () => {
    const { order, calls } = open4()
    const waiting = new AbortController()
    const { signal } = waiting
    const first = order(orderOf(1, 'a'), async () => waiting.abort(new Error('time is up')))
    const late = order(orderOf(2, 'a'), undefined, deliveryOf({ signal }))
    await assert.rejects(late, /time is up/)
    await first
    assert.deepEqual([calls.includes('2-a'), await notes()], [false, ['a']])
  })

  test(`${name}: a slow one holds the others up for a bounded time only`, async () => {
    const clock = new VirtualClock()
    const { order, calls } = open4(clock)
    const slow = Promise.withResolvers<void>()
    let isSlow = true
    const slowly = order(orderOf(2, 'a'), () => (isSlow ? slow.promise : Promise.resolve()))
    const others = [1, 3, 4].map((customer) => order(orderOf(customer, 'a')))
    await clock.advance(0)
    await until('the slow one', () => calls.includes('2-a'))
    await clock.advance(200)
    await Promise.all(others)
    assert.deepEqual((await bills()).map(({ customer }) => customer).toSorted(), ['1', '3', '4'])
    assert.equal(await transactions(), 1)
    isSlow = false
    slow.resolve()
    await slowly
    assert.equal((await bills()).length, 4)
  })

  test(`${name}: a key that kept the others waiting runs beside them from then on`, async () => {
    const clock = new VirtualClock()
    const { order, calls } = open4(clock)
    const slow = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const
    const round = (note: string, wait: Promise<void>) => ({
      slowly: order(orderOf(2, note), () => wait),
      others: Promise.all([1, 3, 4].map((customer) => order(orderOf(customer, note)))),
    })
    const first = round('a', slow[0].promise)
    await clock.advance(0)
    await until('the slow one', () => calls.includes('2-a'))
    await clock.advance(120)
    slow[0].resolve()
    await Promise.all([first.slowly, first.others])
    assert.equal(await transactions(), 1)
    const second = round('b', slow[1].promise)
    if (kind.connections > 1) await turning(clock, second.others)
    slow[1].resolve()
    await turning(clock, Promise.all([second.slowly, second.others]))
    assert.equal((await bills()).length, 8)
    const alone = await database.query(
      `select 1 from bill where note = 'b'
       group by written_in having count(*) = 1 and min(customer) = '2'`,
    )
    assert.equal(alone.length, 1)
  })

  test(`${name}: behind a slow lone one the others go on after a bounded time`, async () => {
    const clock = new VirtualClock()
    const { order, calls } = open4(clock)
    const slow = Promise.withResolvers<void>()
    const slowly = order(orderOf(1, 'a'), () => slow.promise)
    await clock.advance(0)
    await until('the slow one', () => calls.includes('1-a'))
    const other = order(orderOf(2, 'a'))
    await clock.advance(200)
    if (kind.connections > 1) await other
    slow.resolve()
    await Promise.all([slowly, other])
    assert.equal((await bills()).length, 2)
  })

  test(`${name}: an error that a handler keeps to itself costs its own effect only`, async () => {
    const { order } = open4()
    const careless = async (tx: Transaction) => {
      await tx.query('select no_such_column').catch(() => {})
    }
    const failing = order(orderOf(4, 'a'), careless)
    const others = [1, 2, 3].map((customer) => order(orderOf(customer, 'a')))
    await assert.rejects(failing)
    await Promise.all(others)
    assert.equal((await bills()).length, 3)
  })

  test(`${name}: any mix has the effects that it has one by one`, () => sameAsOneByOne(database))
}
