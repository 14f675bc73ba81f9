// What the tests of this folder share: a small catalogue, a log, and a look at the result.
import { type Catalogue, catalogue } from '../catalogue/catalogue.ts'
import { event } from '../catalogue/event.ts'
import { Id, text } from '../catalogue/fields.ts'
import { consumerGroup, type ConsumerGroupOptions, type Handlers } from '../catalogue/group.ts'
import { hours, topic } from '../catalogue/topic.ts'
import { embeddedEventLog } from '../embedded/embedded-event-log.ts'
import { memoryStorage } from '../embedded/memory.ts'
import type { EventLog, LogRecord, TopicPartition } from '../log/log.ts'
import { DomainEventProducer } from '../producer.ts'
import { applyTopics, planTopics } from '../topics/plan.ts'
import { type ConsumerOptions, DomainEventConsumer } from './consumer.ts'
import type { Effects } from './effects.ts'

export interface StageOptions {
  readonly name?: string
  readonly log?: EventLog
  readonly group?: Partial<ConsumerGroupOptions<string>>
}

/** A shop whose topic and group have names of their own, so that stages can share a cluster. */
export function shopOf(name: string, options: StageOptions = {}) {
  const orders = topic(name, { partitions: 1, retentionMs: hours(24), source: '/shop' })
  const OrderPlaced = event('OrderPlaced', {
    topic: orders,
    key: 'customer_id',
    data: { customer_id: Id, note: text(100) },
    example: { customer_id: 4, note: 'soon' },
  })
  const billing = consumerGroup(`${name}-billing`, {
    topics: [orders],
    afterDeadLetter: 'continue',
    retryDelayMsMin: 1,
    retryDelayMsMax: 2,
    ...options.group,
  })
  return { OrderPlaced, billing, catalogue: catalogue({ orders, OrderPlaced, billing }) }
}

type Shop = ReturnType<typeof shopOf>

export type ShopHandlers = Handlers<Shop['OrderPlaced'], string, object>

export type ShopOptions = Partial<Omit<ConsumerOptions<object>, 'catalogue' | 'group' | 'handlers'>>

export type ShopConsumer = Pick<DomainEventConsumer<object>, 'start' | 'stop' | 'account'>

export interface DeadLetter {
  readonly record: LogRecord
  readonly body: Record<string, unknown>
}

export interface Stage extends Shop {
  readonly log: EventLog
  readonly producer: DomainEventProducer
  readonly catalogue: Catalogue<Shop['OrderPlaced']>
  place(note: string, customer?: number): Promise<unknown>
  /** A value written by somebody else, as it is. */
  write(value: string | Uint8Array | null): Promise<unknown>
  consumer(handlers: ShopHandlers, options?: ShopOptions): ShopConsumer
  committed(): Promise<bigint | undefined>
  records(): Promise<LogRecord[]>
  deadLetters(): Promise<DeadLetter[]>
  close(): Promise<void>
}

const RECORDS_READ_MAX = 100_000n

const plainEffects: Effects<object> = async (_event, handle) => {
  await handle({})
}

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const { name = 'orders', log = embeddedEventLog({ storage: memoryStorage() }) } = options
  const shop = shopOf(name, options)
  await applyTopics(log.admin, await planTopics(log.admin, shop.catalogue))
  const producer = new DomainEventProducer({ log })
  await producer.start()
  const encoder = new TextEncoder()

  async function readAll(partition: TopicPartition): Promise<LogRecord[]> {
    const [end] = await log.admin.offsets(partition.topic, 'latest')
    const to = end?.offset ?? RECORDS_READ_MAX
    const all: LogRecord[] = []
    for await (const record of log.admin.read(partition, 0n, to)) all.push(record)
    return all
  }

  return {
    ...shop,
    log,
    producer,
    place: (note, customer = 4) =>
      producer.publish(shop.OrderPlaced.of({ customer_id: customer, note })),
    write: (value) =>
      log.append([
        {
          topic: name,
          key: encoder.encode('4'),
          value: typeof value === 'string' ? encoder.encode(value) : value,
          headers: [],
        },
      ]),
    consumer: (handlers, more) =>
      new DomainEventConsumer({
        log,
        catalogue: shop.catalogue,
        group: shop.billing,
        handlers,
        effects: plainEffects,
        commitIntervalMs: 5,
        ...more,
      }),
    async committed() {
      const [commit] = await log.admin.committed(shop.billing.name, [name])
      return commit?.offset
    },
    records: () => readAll({ topic: name, partition: 0 }),
    async deadLetters() {
      const records = await readAll({ topic: `${name}.dlq`, partition: 0 })
      return records.map((record) => ({
        record,
        body: JSON.parse(new TextDecoder().decode(record.value ?? undefined)),
      }))
    },
    async close() {
      await producer.stop()
      await log.close()
    },
  }
}
