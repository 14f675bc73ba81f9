// The consumer's promises on the embedded log: at least once, in order, and nothing swallowed.
import assert from 'node:assert/strict'
import test, { afterEach, beforeEach } from 'node:test'
import { diagnostics } from '../diagnostics.ts'
import { AccountError, DomainError, PublishError } from '../errors.ts'
import { until } from '../testing/until.ts'
import { Ledger } from './account.ts'
import { openStage, type ShopConsumer, type ShopHandlers, type Stage } from './stage.ts'

let stage: Stage
let consumers: ShopConsumer[]

beforeEach(async () => {
  stage = await openStage()
  consumers = []
})

afterEach(async () => {
  await Promise.all(consumers.map((consumer) => consumer.stop()))
  // Whatever a test did: every record that was read has ended in one of four ways.
  for (const { account } of consumers) assert.equal(account.open, 0)
  await stage.close()
})

async function consume(handlers: ShopHandlers): Promise<ShopConsumer> {
  const consumer = stage.consumer(handlers)
  consumers.push(consumer)
  await consumer.start()
  return consumer
}

test('what was published before a group existed is handled from the start, in order', async () => {
  for (const note of ['a', 'b', 'c']) await stage.place(note)
  const notes: string[] = []
  await consume({ OrderPlaced: ({ data }) => void notes.push(data.note) })
  await until('three orders', () => notes.length === 3)
  assert.deepEqual(notes, ['a', 'b', 'c'])
  await until('the commit', async () => (await stage.committed()) === 3n)
})

test('a stop commits what was handled, and the next member goes on there', async () => {
  const notes: string[] = []
  const handlers: ShopHandlers = { OrderPlaced: ({ data }) => void notes.push(data.note) }
  const first = await consume(handlers)
  await stage.place('a')
  await until('the first order', () => notes.length === 1)
  await first.stop()
  await stage.place('b')
  await consume(handlers)
  await until('the second order', () => notes.length === 2)
  assert.deepEqual(notes, ['a', 'b'])
})

test('the offset does not move while a handler is at work', async () => {
  let finish = () => {}
  const working = new Promise<void>((resolve) => {
    finish = resolve
  })
  let started = false
  await consume({
    OrderPlaced: () => {
      started = true
      return working
    },
  })
  await stage.place('a')
  await until('the handler', () => started)
  await new Promise((resolve) => setTimeout(resolve, 30))
  assert.equal(await stage.committed(), 0n)
  finish()
  await until('the commit', async () => (await stage.committed()) === 1n)
})

test('a handler that throws thrice sends a dead letter with the whole envelope', async () => {
  const attempts: string[] = []
  await consume({
    OrderPlaced({ data }) {
      attempts.push(data.note)
      if (data.note === 'bad') throw new Error(`attempt ${attempts.length}`)
    },
  })
  await stage.place('bad')
  await stage.place('good')
  await until('the good order', () => attempts.includes('good'))
  assert.deepEqual(attempts, ['bad', 'bad', 'bad', 'good'])
  const [letter] = await stage.deadLetters()
  const { timestamp, original_timestamp, error_stack, original_headers, event_id, ...body } =
    letter?.body ?? {}
  assert.deepEqual(body, {
    original_topic: 'orders',
    original_key: '4',
    original_value: { customer_id: 4, note: 'bad', __type__: 'OrderPlaced' },
    error: 'attempt 3',
    original_partition: 0,
    original_offset: 0,
    consumer_group: 'orders-billing',
    event_type: 'OrderPlaced',
    attempts: 3,
    first_error: 'attempt 1',
    error_code: 'Error',
    redrives: 0,
  })
  assert.ok(!Number.isNaN(Date.parse(String(timestamp))))
  assert.ok(!Number.isNaN(Date.parse(String(original_timestamp))))
  assert.match(String(error_stack), /consumer\.test\.ts/)
  const headers = original_headers as { name: string; value: string }[]
  assert.equal(headers.find((one) => one.name === 'ce_id')?.value, event_id)
  assert.equal(new TextDecoder().decode(letter?.record.key ?? undefined), '4')
})

test('what cannot be read is a dead letter at once, with its bytes', async () => {
  const bytes = new Uint8Array([0xff, 0x00, 0x7b])
  await stage.write(bytes)
  await stage.write('{"customer_id": 12345678901234567890, "note": "x", "__type__": "OrderPlaced"}')
  await stage.write('[1, 2]')
  const notes: string[] = []
  await consume({ OrderPlaced: ({ data }) => void notes.push(data.note) })
  await stage.place('good')
  await until('the good order', () => notes.length === 1)
  const letters = await stage.deadLetters()
  assert.deepEqual(
    letters.map(({ body }) => [body.error_code, body.attempts]),
    [
      ['SOSIK_DECODE', 0],
      ['SOSIK_SCHEMA', 0],
      ['SOSIK_DECODE', 0],
    ],
  )
  assert.equal(letters[0]?.body.original_value, null)
  assert.equal(letters[0]?.body.original_value_base64, Buffer.from(bytes).toString('base64'))
  const raw = new TextDecoder().decode(letters[1]?.record.value ?? undefined)
  assert.ok(raw.includes('12345678901234567890'), 'large numbers keep their digits')
  assert.match(String(letters[1]?.body.error), /OrderPlaced\/customer_id/)
})

test("a business rule's error is a dead letter after one attempt", async () => {
  let attempts = 0
  await consume({
    OrderPlaced() {
      attempts += 1
      throw new DomainError('The customer is closed.')
    },
  })
  await stage.place('a')
  await until('the dead letter', async () => (await stage.deadLetters()).length === 1)
  assert.equal(attempts, 1)
})

test('an outage pauses, counts no attempt and loses nothing', async () => {
  let failures = 0
  const notes: string[] = []
  await consume({
    OrderPlaced({ data }) {
      if (failures < 4) {
        failures += 1
        const away = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
        throw failures % 2 === 0 ? away : new PublishError('away', { cause: away })
      }
      notes.push(data.note)
    },
  })
  await stage.place('a')
  await until('the order', () => notes.length === 1)
  assert.deepEqual(await stage.deadLetters(), [])
})

test('the offset waits for the dead letter to be acknowledged', async () => {
  const append = stage.log.append.bind(stage.log)
  let refusals = 0
  stage.log.append = async (records) => {
    if (records[0]?.topic !== 'orders.dlq' || refusals >= 2) return append(records)
    refusals += 1
    assert.equal(await stage.committed(), 0n)
    return records.map(() => ({ ok: false, error: new Error('the brokers are away') }))
  }
  await stage.write('no json')
  await consume({})
  await until('the commit', async () => (await stage.committed()) === 1n)
  assert.equal(refusals, 2)
  assert.equal((await stage.deadLetters()).length, 1)
})

test('unknown types, and events without a handler, are skipped and committed', async () => {
  await stage.write('{"__type__": "OrderLost"}')
  await stage.place('nobody listens')
  await consume({})
  await until('the commit', async () => (await stage.committed()) === 2n)
  assert.deepEqual(await stage.deadLetters(), [])
  assert.equal(consumers[0]?.account.skipped, 2)
})

test('many records are paused and resumed, and every one is handled once', async () => {
  const count = 5_000
  const events = Array.from({ length: count }, (_, at) =>
    stage.OrderPlaced.of({ customer_id: 4, note: String(at) }),
  )
  await stage.producer.publishAll(events)
  const notes: string[] = []
  await consume({
    async OrderPlaced({ data }) {
      if (notes.length % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve))
      notes.push(data.note)
    },
  })
  await until('all orders', () => notes.length === count)
  assert.deepEqual(
    notes,
    Array.from({ length: count }, (_, at) => String(at)),
  )
})

test('an account that does not add up is told as trouble at the stop', async (context) => {
  const troubles: Error[] = []
  const end = diagnostics.trouble.on(({ error }) => troubles.push(error))
  context.after(end)
  const notes: string[] = []
  const consumer = stage.consumer({ OrderPlaced: ({ data }) => void notes.push(data.note) })
  context.mock.method(Ledger.prototype, 'ended', () => {}, { times: 1 })
  await consumer.start()
  for (const note of ['a', 'b']) await stage.place(note)
  await until('two orders', () => notes.length === 2)
  await consumer.stop()
  assert.deepEqual(
    troubles.map((error) => error instanceof AccountError && error.message.includes('1 of them')),
    [true],
  )
})
