// `npm run bench:parking`: other keys' latency beside one that is parked, comes back, or is slow.
import {
  applyTopics,
  deadLetters,
  DomainEventConsumer,
  DomainEventProducer,
  memoryDeadLetters,
  planTopics,
} from 'sosik'
import { catalogue, consumerGroup, days, event, Id, topic } from 'sosik/catalogue'
import { embeddedEventLog, memoryStorage } from 'sosik/embedded'
import { until } from 'sosik/testing'
import { commandOptions } from '../../test/support/command-options.ts'
import { median, quantile } from '../figures.ts'

commandOptions({
  name: 'bench:parking',
  does: "Other keys' latency beside one that is parked, comes back, or is slow.",
})

const ROUNDS = 9
const PHASE_MS = 1_500
const KEYS = 20
const RECORDS_PER_TICK = 2
const TICK_MS = 5
const HANDLER_MS = 2
const SLOW_HANDLER_MS = 150
/** Events behind the dead letter when it comes back, beside those that are placed meanwhile. */
const WAITING = 1_000
const RATIO_MAX = 2
const MARKED = 1

const orders = topic('orders', { partitions: 1, retentionMs: days(1), source: '/bench' })
const OrderPlaced = event('OrderPlaced', {
  topic: orders,
  key: 'customer_id',
  data: { customer_id: Id, placed_us: Id },
  example: { customer_id: 1, placed_us: 1 },
})
const billing = consumerGroup('billing', { topics: [orders], afterDeadLetter: 'park' })
const shop = catalogue({ orders, OrderPlaced, billing })

const nowUs = () => Math.round(performance.now() * 1_000)
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const log = embeddedEventLog({ storage: memoryStorage() })
await applyTopics(log.admin, await planTopics(log.admin, shop))
const index = memoryDeadLetters()
const letters = deadLetters({ store: index, admin: log.admin, group: billing.name })
let isPoisoned = false
let isSlow = false
let latenciesMs: number[] = []
const consumer = new DomainEventConsumer({
  log,
  catalogue: shop,
  group: billing,
  handlers: {
    async OrderPlaced({ data: { customer_id, placed_us } }) {
      const isMarked = customer_id === MARKED
      await pause(isMarked && isSlow ? SLOW_HANDLER_MS : HANDLER_MS)
      if (isMarked && isPoisoned) throw new Error('no ink')
      if (!isMarked) latenciesMs.push((nowUs() - placed_us) / 1_000)
    },
  },
  effects: async (_event, handle) => void (await handle({})),
  deadLetters: index,
})
const producer = new DomainEventProducer({ log })

/** Places as the clock says, whether or not anybody is served; answers the others' p99. */
async function phaseP99(): Promise<number> {
  latenciesMs = []
  const startMs = performance.now()
  const placing: Promise<unknown>[] = []
  for (let tick = 0; performance.now() - startMs < PHASE_MS; tick += 1) {
    const behindMs = startMs + tick * TICK_MS - performance.now()
    if (behindMs > 0) await pause(behindMs)
    for (let at = 0; at < RECORDS_PER_TICK; at += 1) {
      const customer_id = 1 + ((tick * RECORDS_PER_TICK + at) % KEYS)
      placing.push(producer.publish(OrderPlaced.of({ customer_id, placed_us: nowUs() })))
    }
  }
  await Promise.all(placing)
  await until('all is handled or waits', () => consumer.account.open === 0, PHASE_MS * 100)
  return quantile(latenciesMs, 0.99)
}

async function placeWaiting(): Promise<void> {
  const one = () => OrderPlaced.of({ customer_id: MARKED, placed_us: nowUs() })
  await producer.publishAll(Array.from({ length: WAITING }, one))
  await until('what waits', () => consumer.account.open === 0)
}

const PHASES: Readonly<Record<string, () => Promise<number>>> = {
  async parked() {
    isPoisoned = true
    return phaseP99()
  },
  async 'coming back'() {
    isPoisoned = true
    await placeWaiting()
    isPoisoned = false
    await letters.redrive({ selection: {}, requestedBy: 'bench' })
    return phaseP99()
  },
  async slow() {
    isSlow = true
    return phaseP99()
  },
}

/** The machine may be busy with other things: each phase is held against the quiet before it. */
interface Pair {
  readonly quietMs: number
  readonly phaseMs: number
}

async function measure(phase: () => Promise<number>): Promise<Pair> {
  const quietMs = await phaseP99()
  const phaseMs = await phase()
  isPoisoned = false
  isSlow = false
  await letters.redrive({ selection: {}, requestedBy: 'bench' })
  await until('the release', async () => (await letters.list()).length === 0)
  return { quietMs, phaseMs }
}

await Promise.all([consumer.start(), producer.start()])
await phaseP99()
const pairs = new Map(Object.keys(PHASES).map((name) => [name, [] as Pair[]]))
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, phase] of Object.entries(PHASES)) pairs.get(name)?.push(await measure(phase))
}
await consumer.stop()
await producer.stop()
await log.close()

const told = [...pairs].map(([name, all]) => {
  const quietMs = median(all.map((one) => one.quietMs))
  const phaseMs = median(all.map((one) => one.phaseMs))
  const ratio = median(all.map((one) => one.phaseMs / one.quietMs))
  if (ratio > RATIO_MAX) process.exitCode = 1
  const each = all.map((one) => (one.phaseMs / one.quietMs).toFixed(2)).join(', ')
  console.log(
    `${name}: p99 of ${KEYS - 1} other keys ${phaseMs.toFixed(1)} ms, ` +
      `in quiet ${quietMs.toFixed(1)} ms; by round ${each}`,
  )
  return `${name} ${ratio.toFixed(2)}`
})
console.log(`bench:parking: other keys' p99 against quiet, of ${ROUNDS} rounds: ${told.join(', ')}`)
