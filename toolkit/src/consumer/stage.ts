// What the tests of this folder share: a small catalogue, a log in memory, and a look at the result.
import { catalogue } from '../catalogue/catalogue.ts'
import { event } from '../catalogue/event.ts'
import { Id, text } from '../catalogue/fields.ts'
import { consumerGroup, type Handlers } from '../catalogue/group.ts'
import { hours, topic } from '../catalogue/topic.ts'
import { embeddedEventLog } from '../embedded/embedded-event-log.ts'
import { memoryStorage } from '../embedded/memory.ts'
import type { EventLog, LogRecord, TopicPartition } from '../log/log.ts'
import { DomainEventProducer } from '../producer.ts'
import { applyTopics, planTopics } from '../topics/plan.ts'
import { DomainEventConsumer } from './consumer.ts'
import type { Effects } from './effects.ts'

const orders = topic('orders', { partitions: 1, retentionMs: hours(24), source: '/shop' })

export const OrderPlaced = event('OrderPlaced', {
  topic: orders,
  key: 'customer_id',
  data: { customer_id: Id, note: text(100) },
  example: { customer_id: 4, note: 'soon' },
})

export const billing = consumerGroup('billing', {
  topics: [orders],
  afterDeadLetter: 'continue',
  retryDelayMsMin: 1,
  retryDelayMsMax: 2,
})

export const shop = catalogue({ orders, OrderPlaced, billing })

export const ORDERS: TopicPartition = { topic: 'orders', partition: 0 }
export const DEAD_LETTERS: TopicPartition = { topic: 'orders.dlq', partition: 0 }

export type ShopHandlers = Handlers<typeof OrderPlaced, 'orders', object>

export type ShopConsumer = Pick<DomainEventConsumer<object>, 'start' | 'stop'>

export interface Stage {
  readonly log: EventLog
  readonly producer: DomainEventProducer
  place(note: string, customerId?: number): Promise<unknown>
  /** A value written by somebody else, as it is. */
  write(value: string | Uint8Array | null): Promise<unknown>
  consumer(handlers: ShopHandlers): ShopConsumer
  committed(): Promise<bigint | undefined>
  deadLetters(): Promise<{ record: LogRecord; body: Record<string, unknown> }[]>
  close(): Promise<void>
}

const plainEffects: Effects<object> = async (_event, handle) => {
  await handle({})
}

export async function openStage(): Promise<Stage> {
  const log = embeddedEventLog({ storage: memoryStorage() })
  await applyTopics(log.admin, await planTopics(log.admin, shop))
  const producer = new DomainEventProducer({ log })
  await producer.start()
  const encoder = new TextEncoder()
  return {
    log,
    producer,
    place: (note, customerId = 4) =>
      producer.publish(OrderPlaced.of({ customer_id: customerId, note })),
    write: (value) =>
      log.append([
        {
          ...ORDERS,
          key: encoder.encode('4'),
          value: typeof value === 'string' ? encoder.encode(value) : value,
          headers: [],
        },
      ]),
    consumer: (handlers) =>
      new DomainEventConsumer({
        log,
        catalogue: shop,
        group: billing,
        handlers,
        effects: plainEffects,
        commitIntervalMs: 5,
      }),
    async committed() {
      const [commit] = await log.admin.committed('billing', ['orders'])
      return commit?.offset
    },
    async deadLetters() {
      const letters = []
      for await (const record of log.admin.read(DEAD_LETTERS, 0n, 1_000n)) {
        const text = new TextDecoder().decode(record.value ?? undefined)
        letters.push({ record, body: JSON.parse(text) as Record<string, unknown> })
      }
      return letters
    },
    async close() {
      await producer.stop()
      await log.close()
    },
  }
}
