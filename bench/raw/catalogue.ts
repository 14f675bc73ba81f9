// The event of this bench: about 300 bytes of JSON, 1,000 keys.
import { catalogue, days, event, Id, Timestamp, text, topic } from 'sosik/catalogue'
import { type Static, Type } from 'typebox'

const PARTITIONS = 10
const KEYS = 1_000

export const Order = Type.Object({
  customer_id: Id,
  order_id: text(36),
  note: text(200),
  quantity: Type.Integer(),
  timestamp: Timestamp,
})

export type Order = Static<typeof Order>

export const orderOf = (at: number): Order => ({
  customer_id: (at % KEYS) + 1,
  order_id: `order-${at}`,
  note: '오늘 저녁까지 문 앞에 놓아 주세요. '.repeat(4),
  quantity: at,
  timestamp: '2026-01-27T10:00:00.000Z',
})

/** A topic of its own for each measurement, so that no one reads another's records. */
export function catalogueOf(topicName: string) {
  const orders = topic(topicName, {
    partitions: PARTITIONS,
    retentionMs: days(1),
    source: '/bench',
  })
  const OrderPlaced = event('OrderPlaced', {
    topic: orders,
    key: 'customer_id',
    data: Order.properties,
    example: orderOf(1),
  })
  return { orders, OrderPlaced, catalogue: catalogue({ orders, OrderPlaced }) }
}
