// The shop's words: its topics, its events, and the groups that hear them.
import { catalogue, consumerGroup, days, event, Id, text, topic } from 'sosik/catalogue'

const orders = topic('shop.orders', { partitions: 3, retentionMs: days(7), source: '/shop' })
const stock = topic('shop.stock', { partitions: 3, retentionMs: days(7), source: '/warehouse' })

/** What a customer does has an order of its own: the customer is the key of all of it. */
const order = { customer: text(40), order_id: text(36) }
const example = { customer: 'ann', order_id: '019bfd5e-0000-7000-8000-000000000001' }

export const OrderPlaced = event('OrderPlaced', {
  topic: orders,
  key: 'customer',
  data: { ...order, product: text(40), quantity: Id },
  example: { ...example, product: 'tea', quantity: 2 },
})

export const OrderCancelled = event('OrderCancelled', {
  topic: orders,
  key: 'customer',
  data: order,
  example,
})

export const StockReserved = event('StockReserved', {
  topic: stock,
  key: 'customer',
  data: order,
  example,
})

/** A cancellation must not overtake its order: after a dead letter the customer's line waits. */
export const warehouse = consumerGroup('warehouse', { topics: [orders], afterDeadLetter: 'park' })

export const desk = consumerGroup('desk', { topics: [stock], afterDeadLetter: 'continue' })

export const shop = catalogue({
  orders,
  stock,
  OrderPlaced,
  OrderCancelled,
  StockReserved,
  warehouse,
  desk,
})
