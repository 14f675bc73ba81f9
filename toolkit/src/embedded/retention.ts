// Retention: records older than their topic's `retention.ms` go, a bounded step a turn.
import { diagnostics } from '../diagnostics.ts'
import { LogUnavailableError } from '../errors.ts'
import type { TopicPartition } from '../log/log.ts'
import type { Broker } from './broker.ts'

export const RETENTION_CHECK_INTERVAL_MS = 60_000
const TRUNCATE_RECORDS_MAX = 1000n
/** Kafka's default: seven days. A negative number keeps everything. */
export const RETENTION_MS = 604_800_000

/** Goes on until the returned function is called. */
export function startRetention(broker: Broker): () => void {
  let steps = expiry(broker)
  let cancel = broker.clock.after(RETENTION_CHECK_INTERVAL_MS, step)

  function step(): void {
    const done = isDone()
    if (done) steps = expiry(broker)
    cancel = broker.clock.after(done ? RETENTION_CHECK_INTERVAL_MS : 0, step)
  }

  function isDone(): boolean {
    try {
      return steps.next().done === true
    } catch (cause) {
      const trouble = new LogUnavailableError('Old records stay.', { cause })
      diagnostics.trouble.publish({ part: 'embedded log', error: trouble })
      return true
    }
  }

  return () => {
    cancel()
  }
}

/** One walk through all partitions; each step has deleted something. */
function* expiry({ storage, topics, clock }: Broker): Generator<void> {
  for (const { name: topic, partitions, config } of topics.values()) {
    const retentionMs = Number(config['retention.ms'] ?? RETENTION_MS)
    for (let partition = 0; partition < partitions && retentionMs >= 0; partition += 1) {
      const of = { topic, partition }
      while (topics.has(topic)) {
        const end = storage.offsetAt(of, clock.nowMs() - retentionMs)
        if (storage.bounds(of).earliest === end) break
        truncateStep({ storage }, of, end)
        yield
      }
    }
  }
}

/** Forgets the first records before `end`, as many as fit a turn. */
export function truncateStep(
  { storage }: Pick<Broker, 'storage'>,
  of: TopicPartition,
  end: bigint,
): void {
  const furthest = storage.bounds(of).earliest + TRUNCATE_RECORDS_MAX
  storage.truncate(of, furthest < end ? furthest : end)
}
