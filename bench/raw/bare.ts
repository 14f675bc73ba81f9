// What a person would write with the bare client for the same records: JSON, the same headers.
import {
  Consumer,
  compatibilityPartitioner,
  MessagesStreamModes,
  Producer,
  ProduceAcks,
} from '@platformatic/kafka'
import { uuidv7 } from 'uuidv7'
import type { Order } from './catalogue.ts'

export interface Bare {
  append(topic: string, orders: readonly Order[]): Promise<void>
  /** Resolves when `count` records were parsed and handed to an empty handler. */
  consume(topic: string, group: string, count: number): Promise<void>
  close(): Promise<void>
}

export function openBare(brokers: readonly string[]): Bare {
  const common = { clientId: 'bare', bootstrapBrokers: [...brokers] }
  const producer = new Producer<string, string, string, string>({
    ...common,
    acks: ProduceAcks.ALL,
    idempotent: true,
    compression: 'snappy',
    partitioner: compatibilityPartitioner,
    serializers: {
      key: (key) => Buffer.from(key ?? ''),
      value: (value) => Buffer.from(value ?? ''),
      headerKey: (name) => Buffer.from(name ?? ''),
      headerValue: (value) => Buffer.from(value ?? ''),
    },
  })
  return {
    async append(topic, orders) {
      await producer.send({ messages: orders.map((order) => messageOf(topic, order)) })
    },
    consume: (topic, group, count) => consume(common, topic, group, count),
    close: () => producer.close(),
  }
}

function messageOf(topic: string, order: Order) {
  return {
    topic,
    key: String(order.customer_id),
    value: JSON.stringify({ ...order, __type__: 'OrderPlaced' }),
    headers: {
      ce_specversion: '1.0',
      ce_id: uuidv7(),
      ce_type: 'OrderPlaced',
      ce_source: '/bench',
      ce_time: new Date().toISOString(),
      ce_subject: String(order.customer_id),
      ce_dataschema: 'OrderPlaced/1',
      'content-type': 'application/json',
    },
  }
}

async function consume(
  common: { clientId: string; bootstrapBrokers: string[] },
  topic: string,
  group: string,
  count: number,
): Promise<void> {
  const consumer = new Consumer<Buffer, Buffer, Buffer, Buffer>({
    ...common,
    groupId: group,
    groupProtocol: 'consumer',
  })
  const stream = await consumer.consume({
    topics: [topic],
    mode: MessagesStreamModes.EARLIEST,
    autocommit: 500,
    maxWaitTime: 100,
  })
  let seen = 0
  for await (const message of stream) {
    handle(JSON.parse(message.value.toString('utf8')) as Order)
    seen += 1
    if (seen === count) break
  }
  await consumer.close(true)
}

function handle(_order: Order): void {}
