// A topic as the log has it: how long it keeps what, and the offsets of each partition.
import type { readTopics } from '@sosik/contract/ops'
import type { AnswerOf } from '@sosik/contract/route'
import type { LogAdmin, TopicSpecification } from 'sosik'

type Topic = AnswerOf<typeof readTopics>['items'][number]

export async function readTopic(
  admin: Pick<LogAdmin, 'offsets'>,
  { name, replicationFactor, config }: TopicSpecification,
): Promise<Topic> {
  const [first, end] = await Promise.all([
    admin.offsets(name, 'earliest'),
    admin.offsets(name, 'latest'),
  ])
  const firsts = new Map(first.map(({ partition, offset }) => [partition, offset]))
  const partitions = end.map(({ partition, offset }) => ({
    partition,
    first_offset: Number(firsts.get(partition) ?? 0n),
    end_offset: Number(offset),
  }))
  return {
    topic: name,
    retention_ms: Number(config['retention.ms'] ?? -1),
    replicas: replicationFactor,
    partitions: partitions.sort((left, right) => left.partition - right.partition),
  }
}
