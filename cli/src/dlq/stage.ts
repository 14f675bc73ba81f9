// What the tests of this folder share: a shop with dead letters, and the program on top of it.
import { fileURLToPath } from 'node:url'
import { mock } from 'node:test'
import { Command } from 'commander'
import {
  type Account,
  applyTopics,
  createOutbox,
  deadLetterMigrations,
  DomainError,
  DomainEventConsumer,
  DomainEventProducer,
  type EventLog,
  outboxMigrations,
  planTopics,
  postgresDeadLetters,
  transactionalEffects,
} from 'sosik'
import { catalogue as catalogueOf, consumerGroup, days, event, text, topic } from 'sosik/catalogue'
import { type Database, migrate } from 'sosik/postgres'
import { dlqCommand } from './command.ts'
import type { DlqParts } from './parts.ts'

const orders = topic('dlq-test.orders', { partitions: 1, retentionMs: days(1), source: '/shop' })
const OrderPlaced = event('OrderPlaced', {
  topic: orders,
  key: 'customer',
  data: { customer: text(40), note: text(100) },
  personal: ['note'],
  example: { customer: 'ann', note: 'two teas' },
})
const billing = consumerGroup('dlq-test.billing', { topics: [orders], afterDeadLetter: 'park' })
const mail = consumerGroup('dlq-test.mail', { topics: [orders], afterDeadLetter: 'continue' })

/** For `--config` as well. */
export const catalogue = catalogueOf({ orders, OrderPlaced, billing, mail })
export const CONFIG = fileURLToPath(import.meta.url)

export interface Stage {
  readonly parts: DlqParts
  readonly account: () => Account
  /** Notes that nobody can handle. */
  readonly poison: Set<string>
  /** `customer:note` of each effect. */
  readonly effects: string[]
  place(customer: string, note: string): Promise<unknown>
  close(): Promise<void>
}

/** Tables, topics, and a member of `dlq-test.billing` at work. */
export async function openStage(log: EventLog, database: Database): Promise<Stage> {
  await migrate(database, [...outboxMigrations, ...deadLetterMigrations])
  await applyTopics(log.admin, await planTopics(log.admin, catalogue))
  const index = postgresDeadLetters(database)
  const poison = new Set<string>()
  const effects: string[] = []
  const outbox = createOutbox()
  const consumer = new DomainEventConsumer({
    log,
    catalogue,
    group: billing,
    handlers: {
      OrderPlaced({ data: { customer, note } }) {
        if (poison.has(note)) throw new DomainError(`There is no \u001b[31m${note}.`)
        effects.push(`${customer}:${note}`)
      },
    },
    effects: transactionalEffects({ database, outbox, group: billing.name }),
    deadLetters: index,
    redriveIntervalMs: 20,
  })
  const producer = new DomainEventProducer({ log })
  await producer.start()
  await consumer.start()
  return {
    parts: { catalogue, index, reader: log.admin, close: async () => {} },
    account: () => consumer.account,
    poison,
    effects,
    place: (customer, note) => producer.publish(OrderPlaced.of({ customer, note })),
    async close() {
      await consumer.stop()
      await producer.stop()
    },
  }
}

export interface Said {
  readonly out: string
  readonly err: string
  readonly code: number
}

/** Runs `sosik dlq LINE` in this process, on these parts. */
export async function dlq({ parts }: Pick<Stage, 'parts'>, line: string): Promise<Said> {
  const said = { out: '', err: '' }
  const log = mock.method(console, 'log', (text: string) => (said.out += `${text}\n`))
  const error = mock.method(console, 'error', (text: string) => (said.err += `${text}\n`))
  try {
    const program = new Command('sosik').addCommand(dlqCommand(async () => parts))
    await program.parseAsync(['dlq', ...line.split(' ')], { from: 'user' })
    return { ...said, code: Number(process.exitCode ?? 0) }
  } finally {
    log.mock.restore()
    error.mock.restore()
    process.exitCode = 0
  }
}
