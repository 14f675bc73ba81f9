// The catalogue's promises: wrong declarations do not compile, or fail before anything starts.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Type } from 'typebox'
import { CatalogueError } from '../errors.ts'
import { catalogue } from './catalogue.ts'
import { event } from './event.ts'
import { Id, text } from './fields.ts'
import { consumerGroup, type Handlers } from './group.ts'
import { hours, topic } from './topic.ts'

const orders = topic('orders', { partitions: 2, retentionMs: hours(1), source: '/shop' })
const stock = topic('stock', { partitions: 2, retentionMs: hours(1), source: '/stock' })
const OrderPlaced = event('OrderPlaced', {
  topic: orders,
  key: 'customer_id',
  data: { customer_id: Id, note: Type.Optional(text(10)), lines: Type.Array(Id) },
  example: { customer_id: 4, lines: [1] },
})
const StockMoved = event('StockMoved', {
  topic: stock,
  key: 'item',
  data: { item: text(10) },
  example: { item: 'book' },
})
const billing = consumerGroup('billing', { topics: [orders], afterDeadLetter: 'park' })
const shop = catalogue({ orders, stock, OrderPlaced, StockMoved, billing, other: 3 })

test('what does not fit does not compile', () => {
  type ShopHandlers = Handlers<(typeof shop.events)[number], 'orders'>
  const handlers: ShopHandlers = { OrderPlaced: (one) => void one.data.customer_id.toFixed() }
  assert.ok(handlers.OrderPlaced)
  // @ts-expect-error the group does not hear this event's topic
  const strange: ShopHandlers = { StockMoved: () => {} }
  // @ts-expect-error there is no such event
  const unknown: ShopHandlers = { OrderLost: () => {} }
  // @ts-expect-error a required field is missing
  OrderPlaced.of({ customer_id: 4 })
  const data = { customer_id: Id, note: Type.Optional(text(10)), lines: Type.Array(Id) }
  const example = { customer_id: 4, lines: [1] }
  // @ts-expect-error the key is no field
  event('A', { topic: orders, key: 'user_id', data, example })
  // @ts-expect-error the key may be missing
  event('A', { topic: orders, key: 'note', data, example })
  // @ts-expect-error the key is no text or number
  event('A', { topic: orders, key: 'lines', data, example })
  assert.ok(strange && unknown)
})

test('a catalogue gathers topics, events and groups, and finds them', () => {
  assert.deepEqual(shop.topics, [orders, stock])
  assert.deepEqual(shop.eventsOn('orders'), [OrderPlaced])
  assert.equal(shop.event('StockMoved'), StockMoved)
  assert.equal(shop.event('OrderLost'), undefined)
  assert.deepEqual(shop.groups, [billing])
})

test('a catalogue that contradicts itself is refused by name', () => {
  const twice = topic('orders', { partitions: 9, retentionMs: 1, source: '/other' })
  assert.throws(() => catalogue({ orders, twice }), CatalogueError)
  assert.throws(() => catalogue({ OrderPlaced }), /The topic orders of event OrderPlaced/)
  assert.throws(() => catalogue({ billing }), /The topic orders of group billing/)
})
