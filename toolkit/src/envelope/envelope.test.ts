// The envelope's promises: what is written, what is read leniently, and what is refused by name.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Type } from 'typebox'
import { catalogue } from '../catalogue/catalogue.ts'
import { event } from '../catalogue/event.ts'
import { Id, Timestamp, text } from '../catalogue/fields.ts'
import { hours, topic } from '../catalogue/topic.ts'
import { DecodeError, RecordTooLargeError, SchemaError } from '../errors.ts'
import type { LogRecord } from '../log/log.ts'
import { decode } from './decode.ts'
import { encode } from './encode.ts'
import { textOf } from './text.ts'
import { normalTimestamp } from './timestamp.ts'

const orders = topic('orders', { partitions: 2, retentionMs: hours(1), source: '/shop' })
const OrderPlaced = event('OrderPlaced', {
  topic: orders,
  key: 'customer_id',
  subject: 'order_id',
  version: 2,
  upcasters: { 1: ({ item, ...rest }) => ({ ...rest, items: [item] }) },
  data: {
    order_id: text(20),
    customer_id: Id,
    items: Type.Array(text(20)),
    note: Type.Optional(text(1_000_000)),
    timestamp: Timestamp,
  },
  example: { order_id: 'o1', customer_id: 4, items: ['책'], timestamp: '2026-01-27T10:00:00.000Z' },
})
const shop = catalogue({ orders, OrderPlaced })

const seal = { id: 'e1', time: '2026-01-27T10:00:00.500Z', correlationId: 'c1' }

function recordOf(value: string | Uint8Array, headers: Record<string, string> = {}): LogRecord {
  const encoder = new TextEncoder()
  return {
    topic: 'orders',
    partition: 1,
    offset: 9n,
    timestampMs: 1_000,
    key: encoder.encode('4'),
    value: typeof value === 'string' ? encoder.encode(value) : value,
    headers: Object.entries(headers).map(([name, text]) => [name, encoder.encode(text)] as const),
  }
}

test('headers are CloudEvents 1.0 in binary mode, with our ids beside them', () => {
  const record = encode(OrderPlaced.of(OrderPlaced.example), seal)
  assert.deepEqual(
    Object.fromEntries(record.headers.map(([name, value]) => [name, textOf(value)])),
    {
      ce_specversion: '1.0',
      ce_id: 'e1',
      ce_type: 'OrderPlaced',
      ce_source: '/shop',
      ce_time: '2026-01-27T10:00:00.500Z',
      ce_subject: 'o1',
      ce_dataschema: 'OrderPlaced/2',
      'content-type': 'application/json',
      'correlation-id': 'c1',
    },
  )
})

test('fields that the schema does not know are left behind, on both sides', () => {
  const data = { ...OrderPlaced.example, colour: 'red' }
  const record = encode(OrderPlaced.of(data), seal)
  assert.ok(!new TextDecoder().decode(record.value ?? undefined).includes('colour'))
  const decoded = decode(shop, recordOf(JSON.stringify({ ...data, __type__: 'OrderPlaced' })))
  assert.ok(decoded.known && !('colour' in decoded.event.data))
})

test("Python's naive timestamps and ASCII-escaped text are read", () => {
  const value = `{"order_id": "o1", "customer_id": 4, "items": ["\\uad50\\uc7ac"],
    "timestamp": "2026-01-27T19:00:00.123456"}`
  const decoded = decode(shop, recordOf(value))
  assert.ok(decoded.known)
  assert.deepEqual(decoded.event.data, {
    order_id: 'o1',
    customer_id: 4,
    items: ['교재'],
    timestamp: '2026-01-27T19:00:00.123Z',
  })
  assert.equal(decoded.event.time, '1970-01-01T00:00:01.000Z')
})

test('an older version is brought to the current one before it is checked', () => {
  const value = JSON.stringify({ ...OrderPlaced.example, items: undefined, item: '책' })
  const headers = { ce_type: 'OrderPlaced', ce_dataschema: 'OrderPlaced/1' }
  const decoded = decode(shop, recordOf(value, headers))
  assert.ok(decoded.known)
  assert.deepEqual(decoded.event.data, OrderPlaced.example)
})

test('a type that the catalogue does not know is told apart from an error', () => {
  assert.deepEqual(decode(shop, recordOf('{}', { ce_type: 'OrderLost' })), {
    known: false,
    type: 'OrderLost',
  })
  assert.deepEqual(decode(shop, recordOf('{"a":1}')), { known: false, type: 'unknown' })
})

test('what is no JSON object in UTF-8 is a DecodeError', () => {
  for (const value of ['', '{', '[]', '7', 'null', '"text"', new Uint8Array([0xff, 0xfe])]) {
    assert.throws(() => decode(shop, recordOf(value)), DecodeError)
  }
  assert.throws(() => decode(shop, { ...recordOf('{}'), value: null }), DecodeError)
})

test('a missing or wrong field is named, at publish and at read', () => {
  const wrong: [object, string][] = [
    [{ items: undefined }, '/items'],
    [{ items: ['a', 5] }, '/items/1'],
    [{ customer_id: 0 }, '/customer_id'],
    [{ customer_id: '4' }, '/customer_id'],
    [{ customer_id: 2 ** 53 }, '/customer_id'],
    [{ timestamp: 'yesterday' }, '/timestamp'],
    [{ timestamp: 7 }, '/timestamp'],
  ]
  for (const [change, field] of wrong) {
    const data = { ...OrderPlaced.example, ...change }
    const named = (error: unknown) =>
      error instanceof SchemaError && error.event === 'OrderPlaced' && error.field === field
    assert.throws(() => encode({ definition: OrderPlaced, data }, seal), named, field)
    const headers = { ce_type: 'OrderPlaced' }
    assert.throws(() => decode(shop, recordOf(JSON.stringify(data), headers)), named, field)
  }
})

test('an event that is too large is refused before it travels', () => {
  const note = 'x'.repeat(950_000)
  assert.throws(
    () => encode(OrderPlaced.of({ ...OrderPlaced.example, note }), seal),
    RecordTooLargeError,
  )
})

test('instants: one form is written, several are read, nonsense is refused', () => {
  const read: [string, string | undefined][] = [
    ['2026-01-27T10:00:00.123Z', '2026-01-27T10:00:00.123Z'],
    ['2026-01-27T10:00:00Z', '2026-01-27T10:00:00.000Z'],
    ['2026-01-27T10:00:00', '2026-01-27T10:00:00.000Z'],
    ['2026-01-27 10:00:00.5', '2026-01-27T10:00:00.500Z'],
    ['2026-01-27T10:00:00.999999', '2026-01-27T10:00:00.999Z'],
    ['2026-01-27T19:00:00.000001+09:00', '2026-01-27T10:00:00.000Z'],
    ['2026-13-27T10:00:00.000Z', undefined],
    ['2026-01-27', undefined],
    ['1769508000', undefined],
    ['2026-01-27T10:00:00.000Z; drop', undefined],
  ]
  for (const [given, expected] of read) assert.equal(normalTimestamp(given), expected, given)
})
