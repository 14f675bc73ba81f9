// From the commit to the log, and what a refused key and a slow partition add to it for others.
import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import {
  createOutbox,
  createRelay,
  type EventLog,
  type NewRecord,
  partitionOf,
  postgresOutboxStore,
} from 'sosik'
import { event, Id, text } from 'sosik/catalogue'
import { steadily } from './input.ts'
import { empty, orderBy, type Stage } from './stage.ts'

export type Trouble = 'none' | 'refused key' | 'slow partition'

const KEYS = 20
/** More than the topic takes, so the brokers refuse it for good. */
const RECORD_BYTES_MAX = 65_536
const LARGE_BYTES = 75_000
const LARGE_EVERY = 10
const SLOW_PARTITION = 0
const SLOW_MS = 1_000
const CORRELATION = 'correlation-id'

/** Bounds the topic, so that something can be too large for it. */
export const bound = ({ log, given }: Stage): Promise<void> =>
  log.admin.alterTopicConfig(given.orders.name, { 'max.message.bytes': String(RECORD_BYTES_MAX) })

/** Milliseconds from commit to acknowledgement, of keys that have no trouble themselves. */
export async function latencies(stage: Stage, trouble: Trouble, windowMs: number) {
  const { database, given } = stage
  await empty(stage)
  const OrderNoted = event('OrderNoted', {
    topic: given.orders,
    key: 'customer_id',
    data: { customer_id: Id, note: text(200_000) },
    example: { customer_id: 1, note: 'long' },
  })
  const outbox = createOutbox()
  const takenMs: number[] = []
  const landing = new Map<string, PromiseWithResolvers<number>>()
  const log = watched(stage, trouble, (id) => landing.get(id)?.resolve(performance.now()))
  const relay = createRelay({ store: postgresOutboxStore(database), log, outbox })
  relay.start()

  async function write(at: number): Promise<void> {
    const order = orderBy(stage, at, KEYS)
    const landed = Promise.withResolvers<number>()
    landing.set(String(at), landed)
    await database.transaction((tx) => outbox.add(tx, [order], { correlationId: String(at) }))
    const committedMs = performance.now()
    if (trouble === 'refused key' && at % LARGE_EVERY === 0) {
      const note = randomBytes(LARGE_BYTES).toString('base64')
      const large = OrderNoted.of({ customer_id: KEYS + 1, note })
      await database.transaction((tx) => outbox.add(tx, [large]))
    }
    const tookMs = (await landed.promise) - committedMs
    if (!isSlow(stage, String((at % KEYS) + 1))) takenMs.push(tookMs)
  }

  const endMs = performance.now() + windowMs
  await steadily(() => performance.now() > endMs, write)
  await relay.stop()
  return takenMs
}

function watched(
  stage: Stage,
  trouble: Trouble,
  landed: (correlationId: string) => void,
): Pick<EventLog, 'append'> {
  return {
    async append(records) {
      const isLate = records.some(({ key }) => isSlow(stage, textOf(key)))
      if (trouble === 'slow partition' && isLate) await wait(SLOW_MS)
      const results = await stage.log.append(records)
      for (const [at, record] of records.entries()) {
        if (results[at]?.ok) landed(correlationOf(record))
      }
      return results
    },
  }
}

const isSlow = ({ given }: Stage, key: string) =>
  partitionOf(Buffer.from(key), given.orders.partitions) === SLOW_PARTITION

const correlationOf = ({ headers }: NewRecord) =>
  textOf(headers.find(([name]) => name === CORRELATION)?.[1] ?? null)

const textOf = (bytes: Uint8Array | null) => Buffer.from(bytes ?? []).toString()
