// The same events published without an outbox, as `bench:raw` does: what the relay is beside.
import type { DomainEventProducer } from 'sosik'
import { orderBy, type Stage } from './stage.ts'

const BATCH = 1_000
const KEYS = 1_000
const SINGLES = 100

/** Records per second. */
export async function appendRate(
  stage: Stage,
  producer: DomainEventProducer,
  records: number,
): Promise<number> {
  const orders = Array.from({ length: records }, (_, at) => orderBy(stage, at, KEYS))
  const startedMs = performance.now()
  for (let at = 0; at < records; at += BATCH) {
    await producer.publishAll(orders.slice(at, at + BATCH))
  }
  return (records * 1_000) / (performance.now() - startedMs)
}

/** Milliseconds of each of some single publishes, one after the other. */
export async function publishMs(stage: Stage, producer: DomainEventProducer): Promise<number[]> {
  const taken: number[] = []
  for (let at = 0; at < SINGLES; at += 1) {
    const startedMs = performance.now()
    await producer.publish(orderBy(stage, at, KEYS))
    taken.push(performance.now() - startedMs)
  }
  return taken
}
