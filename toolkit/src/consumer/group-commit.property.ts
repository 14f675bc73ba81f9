// Any mix of good and bad events has the same effects together as one by one.
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { NewEvent } from '../catalogue/event.ts'
import type { DomainEvent } from '../envelope/envelope.ts'
import { createOutbox } from '../outbox/outbox.ts'
import type { Database, Transaction } from '../postgres/sql.ts'
import { deliveryOf } from '../testing/delivery.ts'
import { type Effects, transactionalEffects } from './effects.ts'
import { bill, orderOf } from './order.ts'
import { shopOf } from './stage.ts'

const KINDS = [
  'good',
  'followed',
  'throws',
  'throws after writing',
  'follows badly',
  'breaks its transaction',
  'keeps an error to itself',
  'comes again',
  'comes again with other data',
] as const

type Kind = (typeof KINDS)[number]

interface Step {
  readonly customer: number
  readonly kind: Kind
  /** Turns of the loop before the handler ends, so that batches form in many ways. */
  readonly turns: number
}

const STEPS_MAX = 24
const CUSTOMERS = 5
const RUNS = 15
const TOGETHER = 4

const { OrderPlaced } = shopOf('orders')

const steps = fc.array(
  fc.record({
    customer: fc.integer({ min: 1, max: CUSTOMERS }),
    kind: fc.constantFrom(...KINDS),
    turns: fc.integer({ min: 0, max: 3 }),
  }),
  { minLength: 2, maxLength: STEPS_MAX },
)

export async function sameAsOneByOne(database: Database): Promise<void> {
  const check = fc.asyncProperty(steps, async (mix) => {
    const oneByOne = await play(database, mix, 1)
    const together = await play(database, mix, TOGETHER)
    assert.deepEqual(together, oneByOne)
  })
  await fc.assert(check, { numRuns: RUNS })
}

/** Lets each customer's steps happen in order, the customers beside each other. */
async function play(database: Database, mix: readonly Step[], together: number) {
  await database.query('truncate bill, inbox, outbox')
  const options = { database, outbox: createOutbox(), group: 'billing', together }
  const effects = transactionalEffects(options)
  const ofCustomers = [...Map.groupBy(mix, ({ customer }) => customer)]
  const outcomes = await Promise.all(
    ofCustomers.map(async ([customer, its]) => [customer, await playKey(effects, its)]),
  )
  const bills = 'select customer, note from bill order by customer, at'
  const seen = 'select event_id, payload_hash from inbox order by 1'
  const followed = 'select key, value, headers from outbox order by key, id'
  const rows = await Promise.all([bills, seen, followed].map((text) => database.query(text)))
  return { outcomes, rows: withoutIds(rows) }
}

async function playKey(effects: Effects<{ tx: Transaction }>, its: readonly Step[]) {
  const outcomes: string[] = []
  let last: DomainEvent | undefined
  for (const [at, { customer, kind, turns }] of its.entries()) {
    const event = eventOf(customer, kind, at, last)
    const handled = effects(event, ({ tx }) => handle(tx, event, kind, turns), deliveryOf())
    outcomes.push(
      await handled.then(
        () => 'handled',
        (error: unknown) => (error as Error).message,
      ),
    )
    last = event
  }
  return outcomes
}

function eventOf(customer: number, kind: Kind, at: number, last?: DomainEvent): DomainEvent {
  if (last !== undefined && kind === 'comes again') return last
  const id = last !== undefined && kind === 'comes again with other data' ? last.id : undefined
  return orderOf(customer, `${at} ${kind}`, id)
}

async function handle(
  tx: Transaction,
  event: DomainEvent,
  kind: Kind,
  turns: number,
): Promise<readonly NewEvent[]> {
  if (kind === 'throws') throw new Error(`no ink for ${event.id}`)
  await bill(tx, event)
  for (let turn = 0; turn < turns; turn += 1) await new Promise((next) => setImmediate(next))
  const customer = Number(event.key)
  const broken = () => tx.query('select no_such_column')
  if (kind === 'throws after writing') throw new Error(`no paper for ${event.id}`)
  if (kind === 'breaks its transaction') await broken()
  if (kind === 'keeps an error to itself') await broken().catch(() => {})
  if (kind === 'followed') return [orderAfter(event, customer)]
  if (kind === 'follows badly') return [orderAfter(event, -customer)]
  return []
}

const orderAfter = (event: DomainEvent, customer: number) =>
  OrderPlaced.of({ customer_id: customer, note: `after ${event.id}` })

/** Ids of new events are new each time; everything else has to be the same. */
function withoutIds(rows: readonly object[]): string {
  return JSON.stringify(rows).replaceAll(/"ce_(id|time)","[^"]*"/g, '')
}
