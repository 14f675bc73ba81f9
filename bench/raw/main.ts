// `npm run bench:raw`: the toolkit beside the bare client on one cluster, interleaved in one run.
import { randomUUID } from 'node:crypto'
import {
  applyTopics,
  DomainEventConsumer,
  DomainEventProducer,
  type EventLog,
  planTopics,
} from 'sosik'
import { consumerGroup } from 'sosik/catalogue'
import { kafkaEventLog } from 'sosik/kafka'
import { commandOptions } from '../../test/support/command-options.ts'
import { withRealParts } from '../../test/support/parts.ts'
import { median } from '../figures.ts'
import { type Bare, openBare } from './bare.ts'
import { catalogueOf, type Order, orderOf } from './catalogue.ts'

const { rounds, records, batch, singles } = commandOptions({
  name: 'bench:raw',
  does: 'The toolkit beside the bare client on one cluster.',
  numbers: {
    rounds: [5, 'how often each way is measured'],
    records: [150_000, 'of each time'],
    batch: [1_000, 'records that are published together'],
    singles: [300, 'records that are published one by one'],
  },
})

type Catalogued = ReturnType<typeof catalogueOf>

interface Side {
  append(given: Catalogued, orders: readonly Order[]): Promise<void>
  consume(given: Catalogued, count: number): Promise<void>
}

await withRealParts(async ({ KAFKA_BROKERS }) => {
  const brokers = KAFKA_BROKERS.split(',')
  const log = await kafkaEventLog({ brokers })
  const producer = new DomainEventProducer({ log })
  await producer.start()
  const bare = openBare(brokers)
  const sides = { bare: bareSide(bare), toolkit: toolkitSide(log, producer) }
  try {
    const rates = await measureRates(log, sides)
    const added = await measureSingles(log, sides)
    console.log(
      `settings: ${rounds} rounds of ${records} records, batches of ${batch}, ` +
        '~470 bytes of JSON, 10 partitions, RF 3, acks=all, snappy; medians; one machine for all',
    )
    console.log(
      `bench:raw: append ${rates.append.toFixed(2)}, consume ${rates.consume.toFixed(2)} ` +
        `of the bare client's rate; a single publish adds ${added.toFixed(2)} ms`,
    )
    if (rates.append < 0.8 || rates.consume < 0.8 || added > 1) process.exitCode = 1
  } finally {
    await producer.stop()
    await bare.close()
    await log.close()
  }
})

async function measureRates(log: EventLog, sides: Record<'bare' | 'toolkit', Side>) {
  const seconds = {
    append: { bare: [], toolkit: [] },
    consume: { bare: [], toolkit: [] },
  } as Record<'append' | 'consume', Record<'bare' | 'toolkit', number[]>>
  const orders = Array.from({ length: records }, (_, at) => orderOf(at))
  for (let round = 0; round <= rounds; round += 1) {
    // The order alternates, and the first round only warms up.
    const names = round % 2 === 0 ? (['bare', 'toolkit'] as const) : (['toolkit', 'bare'] as const)
    for (const name of names) {
      const given = await freshTopic(log)
      const append = await secondsOf(() => sides[name].append(given, orders))
      const consume = await secondsOf(() => sides[name].consume(given, records))
      const [appended, consumed] = [Math.round(records / append), Math.round(records / consume)]
      console.log(`round ${round} ${name}: append ${appended}/s, consume ${consumed}/s`)
      if (round === 0) continue
      seconds.append[name].push(append)
      seconds.consume[name].push(consume)
    }
  }
  return {
    append: median(seconds.append.bare) / median(seconds.append.toolkit),
    consume: median(seconds.consume.bare) / median(seconds.consume.toolkit),
  }
}

/** Milliseconds that one publish takes longer through the toolkit, at the median. */
async function measureSingles(log: EventLog, sides: Record<'bare' | 'toolkit', Side>) {
  const given = await freshTopic(log)
  const taken = { bare: [] as number[], toolkit: [] as number[] }
  for (let at = 0; at < singles; at += 1) {
    for (const name of ['bare', 'toolkit'] as const) {
      taken[name].push(await secondsOf(() => sides[name].append(given, [orderOf(at)])))
    }
  }
  return (median(taken.toolkit) - median(taken.bare)) * 1_000
}

function bareSide(bare: Bare): Side {
  return {
    append: (given, orders) => inBatches(orders, (some) => bare.append(given.orders.name, some)),
    consume: (given, count) => bare.consume(given.orders.name, randomUUID(), count),
  }
}

function toolkitSide(log: EventLog, producer: DomainEventProducer): Side {
  return {
    append: ({ OrderPlaced }, orders) =>
      inBatches(orders, async (some) => {
        await producer.publishAll(some.map((order) => OrderPlaced.of(order)))
      }),
    consume: ({ orders, catalogue }, count) =>
      new Promise((resolve, reject) => {
        let seen = 0
        const group = consumerGroup(randomUUID(), { topics: [orders], afterDeadLetter: 'continue' })
        const consumer = new DomainEventConsumer({
          log,
          catalogue,
          group,
          handlers: {
            OrderPlaced() {
              seen += 1
              if (seen === count) setImmediate(() => void consumer.stop().then(resolve, reject))
            },
          },
          effects: async (_event, handle) => {
            await handle({})
          },
        })
        consumer.start().catch(reject)
      }),
  }
}

async function inBatches(orders: readonly Order[], append: (some: Order[]) => Promise<void>) {
  for (let at = 0; at < orders.length; at += batch) await append(orders.slice(at, at + batch))
}

async function freshTopic(log: EventLog): Promise<Catalogued> {
  const given = catalogueOf(`bench-${randomUUID()}`)
  await applyTopics(log.admin, await planTopics(log.admin, given.catalogue))
  return given
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now()
  await work()
  return (performance.now() - startedMs) / 1_000
}
