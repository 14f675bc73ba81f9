// The admin of an embedded log: topics, positions and records outside any group.
import { sleep } from '../clock.ts'
import { GroupNotEmptyError, TopicMissingError } from '../errors.ts'
import type { LogAdmin, LogRecord, OffsetQuery, TopicPartition } from '../log/log.ts'
import { FETCH_BYTES_MAX } from '../log/log.ts'
import type { Broker } from './broker.ts'
import type { Coordinator } from './coordinator.ts'
import { groupCommit } from './positions.ts'
import { RETENTION_MS } from './retention.ts'
import type { Storage } from './storage.ts'
import { topicChanges } from './topic-changes.ts'
import type { Writer } from './writer.ts'

/** What is in force where a topic's own config says nothing. */
const CONFIG_DEFAULTS = { 'cleanup.policy': 'delete', 'retention.ms': String(RETENTION_MS) }

export function embeddedAdmin(broker: Broker, writer: Writer, coordinator: Coordinator): LogAdmin {
  const { storage, topics } = broker
  const partitionsOf = (topic: string): TopicPartition[] => {
    const count = topics.get(topic)?.partitions
    if (!count) throw new TopicMissingError([topic])
    return Array.from({ length: count }, (_, partition) => ({ topic, partition }))
  }

  return {
    ...topicChanges(broker, writer, coordinator),
    brokerCount: () => Promise.resolve(1),
    describeTopics: (names) =>
      Promise.try(() =>
        names.flatMap((name) => {
          const topic = topics.get(name)
          return topic ? [{ ...topic, config: { ...CONFIG_DEFAULTS, ...topic.config } }] : []
        }),
      ),
    offsets: (topic, at) =>
      Promise.try(() =>
        partitionsOf(topic).map((partition) => ({
          ...partition,
          offset: offsetOf(storage, partition, at),
        })),
      ),
    committed: (group, names) =>
      Promise.try(() => storage.committed(group).filter((commit) => names.includes(commit.topic))),
    async alterCommitted(group, commits) {
      if (coordinator.hasMembers(group)) throw new GroupNotEmptyError(group)
      for (const { topic, partition } of commits) {
        if (!partitionsOf(topic)[partition]) throw new TopicMissingError([topic])
      }
      await writer.commit(commits.map((commit) => groupCommit(group, commit)))
    },
    describeGroup: (group) => Promise.try(() => coordinator.describe(group)),
    read: (partition, from, to) => readRange(broker, partition, from, to),
  }
}

function offsetOf(storage: Storage, partition: TopicPartition, at: OffsetQuery): bigint {
  if (typeof at === 'object') return storage.offsetAt(partition, at.timestampMs)
  const { earliest, next } = storage.bounds(partition)
  return at === 'earliest' ? earliest : next
}

async function* readRange(
  { storage, topics, clock }: Broker,
  { topic, partition }: TopicPartition,
  from: bigint,
  to: bigint,
): AsyncGenerator<LogRecord> {
  if (partition >= (topics.get(topic)?.partitions ?? 0)) throw new TopicMissingError([topic])
  const { earliest, next } = storage.bounds({ topic, partition })
  const end = to < next ? to : next
  let at = from > earliest ? from : earliest
  while (at < end) {
    const records = storage.read({ topic, partition }, at, FETCH_BYTES_MAX)
    for (const record of records) if (record.offset < end) yield record
    at = (records.at(-1)?.offset ?? end) + 1n
    await sleep(clock, 0)
  }
}
