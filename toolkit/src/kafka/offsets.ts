// Asks the partitions' leaders where their records lie.
import { listOffsetsV9 } from '@platformatic/kafka'
import type { TopicPartition } from '../log/log.ts'
import type { Cluster } from './cluster.ts'
import { brokerError, CODE, throwCode } from './faults.ts'
import { placeOf } from '../log/place.ts'

/** Instead of a time: the earliest offset, and the one after the last record. */
export const EARLIEST = -2n
export const LATEST = -1n

/** The answer for a time after the last record. */
export const NO_OFFSET = -1n

const OFFSETS_TIMEOUT_MS = 5000
const NO_REPLICA = -1
const READ_UNCOMMITTED = 0
const ANY_EPOCH = -1

/** One attempt over all partitions, in their order; a failure of one is a failure of all. */
export async function listOffsets(
  cluster: Cluster,
  partitions: readonly TopicPartition[],
  timestamp: bigint,
): Promise<(TopicPartition & { offset: bigint })[]> {
  await cluster.refresh([...new Set(partitions.map(({ topic }) => topic))])
  const byLeader = Map.groupBy(partitions, ({ topic, partition }) => {
    const leader = cluster.leaderOf(topic, partition)
    if (leader === undefined) throw brokerError(CODE.LEADER_NOT_AVAILABLE, topic)
    return leader
  })
  const answers = await Promise.all(
    [...byLeader].map(([leader, ofLeader]) => askLeader(cluster, leader, ofLeader, timestamp)),
  )
  const offsets = new Map(answers.flat())
  return partitions.map(({ topic, partition }) => {
    const offset = offsets.get(placeOf({ topic, partition }))
    if (offset === undefined) throw brokerError(CODE.UNKNOWN_TOPIC_OR_PARTITION, topic)
    return { topic, partition, offset }
  })
}

async function askLeader(
  cluster: Cluster,
  leader: number,
  partitions: readonly TopicPartition[],
  timestamp: bigint,
): Promise<[place: string, offset: bigint][]> {
  const byTopic = Map.groupBy(partitions, ({ topic }) => topic)
  const { topics } = await cluster.call(
    leader,
    OFFSETS_TIMEOUT_MS,
    listOffsetsV9.api,
    NO_REPLICA,
    READ_UNCOMMITTED,
    [...byTopic].map(([name, ofTopic]) => ({
      name,
      partitions: ofTopic.map(({ partition }) => ({
        partitionIndex: partition,
        currentLeaderEpoch: ANY_EPOCH,
        timestamp,
      })),
    })),
  )
  return topics.flatMap(({ name, partitions: answered }) =>
    answered.map(({ partitionIndex, errorCode, offset }): [string, bigint] => {
      throwCode(errorCode, name)
      return [placeOf({ topic: name, partition: partitionIndex }), offset]
    }),
  )
}
