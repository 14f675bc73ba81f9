// What is asked and changed outside the flow of records: topics, positions, a group's commits.
import { GroupNotEmptyError } from '../errors.ts'
import type { Commit, LogAdmin, OffsetQuery, TopicPartition } from '../log/log.ts'
import type { Cluster } from './cluster.ts'
import { describeGroup } from './describe-group.ts'
import { CODE, codeOf, retrying } from './faults.ts'
import { GroupCoordinator, NO_MEMBER } from './group-coordinator.ts'
import { EARLIEST, LATEST, listOffsets, NO_OFFSET } from './offsets.ts'
import { readRange } from './read.ts'
import { alterTopicConfig, createTopics, deleteTopics, describeTopics } from './topic-admin.ts'

const ADMIN_TIMEOUT_MS = 30_000

/** Each call tries for 30 s, then rejects with `TimeoutError`; a refusal is `LogRefusedError`. */
export function kafkaAdmin(cluster: Cluster): LogAdmin {
  const persistently = <T>(what: string, attempt: () => Promise<T>) =>
    retrying(cluster, what, ADMIN_TIMEOUT_MS, attempt)

  async function withGroup<T>(group: string, ask: (of: GroupCoordinator) => Promise<T>) {
    const coordinator = new GroupCoordinator(cluster, group)
    try {
      return await persistently(`Group: ${group}.`, () => ask(coordinator))
    } finally {
      await coordinator.close()
    }
  }

  return {
    async brokerCount() {
      await persistently('Counting brokers.', () => cluster.refresh([]))
      return cluster.brokerIds().length
    },
    createTopics: (topics) =>
      persistently(`Creating ${topics.map(({ name }) => name).join(', ')}.`, () =>
        createTopics(cluster, topics),
      ),
    deleteTopics: (names) =>
      persistently(`Deleting ${names.join(', ')}.`, () => deleteTopics(cluster, names)),
    describeTopics: (names) =>
      persistently(`Describing ${names.join(', ')}.`, () => describeTopics(cluster, names)),
    async alterTopicConfig(name, config) {
      await cluster.require([name], ADMIN_TIMEOUT_MS)
      await persistently(`Altering ${name}.`, () => alterTopicConfig(cluster, name, config))
    },
    async offsets(topic, at) {
      await cluster.require([topic], ADMIN_TIMEOUT_MS)
      const partitions = partitionsOf(cluster, [topic])
      return persistently(`Offsets of ${topic}.`, () => offsetsAt(cluster, partitions, at))
    },
    committed: (group, topics) =>
      withGroup(group, async (coordinator) => {
        await cluster.refresh(topics)
        return committed(coordinator, partitionsOf(cluster, topics))
      }),
    async alterCommitted(group, commits) {
      const topics = [...new Set(commits.map(({ topic }) => topic))]
      await cluster.require(topics, ADMIN_TIMEOUT_MS)
      await withGroup(group, (coordinator) => alterCommitted(coordinator, group, commits))
    },
    describeGroup: (group) => withGroup(group, describeGroup),
    read: (partition, from, to) => readRange(cluster, partition, from, to),
  }
}

function partitionsOf(cluster: Cluster, topics: readonly string[]): TopicPartition[] {
  return topics.flatMap((topic) => {
    const leaders = cluster.topic(topic)?.leaders ?? []
    return leaders.map((_, partition) => ({ topic, partition }))
  })
}

async function offsetsAt(
  cluster: Cluster,
  partitions: readonly TopicPartition[],
  at: OffsetQuery,
): Promise<(TopicPartition & { offset: bigint })[]> {
  if (at === 'earliest') return listOffsets(cluster, partitions, EARLIEST)
  const ends = await listOffsets(cluster, partitions, LATEST)
  if (at === 'latest') return ends
  const found = await listOffsets(cluster, partitions, BigInt(at.timestampMs))
  return found.map((row, index) => (row.offset === NO_OFFSET ? (ends[index] ?? row) : row))
}

async function committed(
  coordinator: GroupCoordinator,
  partitions: readonly TopicPartition[],
): Promise<Required<Commit>[]> {
  try {
    return await coordinator.committed(NO_MEMBER, partitions)
  } catch (error) {
    if (codeOf(error) === CODE.GROUP_ID_NOT_FOUND) return []
    throw error
  }
}

async function alterCommitted(
  coordinator: GroupCoordinator,
  group: string,
  commits: readonly Commit[],
): Promise<void> {
  try {
    await coordinator.commit(NO_MEMBER, commits)
  } catch (error) {
    if (codeOf(error) === CODE.UNKNOWN_MEMBER_ID) throw new GroupNotEmptyError(group)
    throw error
  }
}
