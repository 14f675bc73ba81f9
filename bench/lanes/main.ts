// `npm run bench:lanes`: Parallel Consumer's published cells, on the real cluster.
import { randomUUID } from 'node:crypto'
import {
  applyTopics,
  DomainEventConsumer,
  DomainEventProducer,
  type EventLog,
  planTopics,
} from 'sosik'
import { catalogue, consumerGroup, days, event, Id, topic } from 'sosik/catalogue'
import { kafkaEventLog } from 'sosik/kafka'
import { commandOptions } from '../../test/support/command-options.ts'
import { withRealParts } from '../../test/support/parts.ts'

commandOptions({
  name: 'bench:lanes',
  does: "Parallel Consumer's published cells, on the real cluster.",
})

const RECORDS = 10_000
const CONCURRENCY = 16
const HANDLER_MS_MAX = 5
const EFFICIENCY_MIN = 0.9

interface Cell {
  readonly keys: number
  /** Seconds that Parallel Consumer's README tells, and those that it took on a machine of ours. */
  readonly published: number
  readonly here: number
}

const CELLS: readonly Cell[] = [
  { keys: 1, published: 26.7, here: 32.3 },
  { keys: 2, published: 13.6, here: 17.0 },
  { keys: 5, published: 5.9, here: 7.2 },
  { keys: 10, published: 3.3, here: 3.7 },
  { keys: 20, published: 2.2, here: 2.2 },
  { keys: 1_000, published: 2.1, here: 2.0 },
]

interface Measured {
  readonly elapsedMs: number
  /** What the handlers took together. */
  readonly workMs: number
}

await withRealParts(async ({ KAFKA_BROKERS }) => {
  const log = await kafkaEventLog({ brokers: KAFKA_BROKERS.split(',') })
  const efficiencies: number[] = []
  try {
    for (const cell of CELLS) {
      const { elapsedMs, workMs } = await measure(log, cell.keys)
      const efficiency = workMs / Math.min(cell.keys, CONCURRENCY) / elapsedMs
      efficiencies.push(efficiency)
      console.log(
        `${String(cell.keys).padStart(5)} keys: ${(elapsedMs / 1_000).toFixed(1)} s ` +
          `(published ${cell.published} s, Parallel Consumer here ${cell.here} s), ` +
          `handler time ${(workMs / 1_000).toFixed(1)} s, efficiency ${efficiency.toFixed(2)}`,
      )
    }
  } finally {
    await log.close()
  }
  if (Math.min(...efficiencies) < EFFICIENCY_MIN) process.exitCode = 1
  const cells = efficiencies.map((one) => one.toFixed(2)).join(', ')
  console.log(`bench:lanes: handler time / min(keys, ${CONCURRENCY}) / elapsed: ${cells}`)
})

/** From the first handler's start to the last one's end. */
async function measure(log: EventLog, keys: number): Promise<Measured> {
  const work = topic(`lanes-${randomUUID()}`, {
    partitions: 1,
    retentionMs: days(1),
    source: '/bench',
  })
  const WorkAsked = event('WorkAsked', {
    topic: work,
    key: 'worker_id',
    data: { worker_id: Id },
    example: { worker_id: 1 },
  })
  const group = consumerGroup(randomUUID(), {
    topics: [work],
    afterDeadLetter: 'continue',
    concurrencyMax: CONCURRENCY,
  })
  const asked = catalogue({ work, WorkAsked, group })
  await applyTopics(log.admin, await planTopics(log.admin, asked))
  const producer = new DomainEventProducer({ log })
  await producer.start()
  const events = Array.from({ length: RECORDS }, (_, at) =>
    WorkAsked.of({ worker_id: (at % keys) + 1 }),
  )
  await producer.publishAll(events)

  const finished = Promise.withResolvers<Measured>()
  let [startedMs, workMs, handled] = [0, 0, 0]
  const consumer = new DomainEventConsumer({
    log,
    catalogue: asked,
    group,
    handlers: {
      async WorkAsked() {
        const beganMs = performance.now()
        startedMs ||= beganMs
        await new Promise((resolve) => setTimeout(resolve, Math.random() * HANDLER_MS_MAX))
        const endedMs = performance.now()
        workMs += endedMs - beganMs
        handled += 1
        if (handled === RECORDS) finished.resolve({ elapsedMs: endedMs - startedMs, workMs })
      },
    },
    effects: async (_event, handle) => {
      await handle({})
    },
  })
  await consumer.start()
  const measured = await finished.promise
  await consumer.stop()
  await producer.stop()
  return measured
}
