// Where partitions are read from when they are assigned: at their commit, or at the beginning.
import type { Commit, TopicPartition } from '../log/log.ts'
import type { Cluster } from './cluster.ts'
import { brokerError, CODE } from './faults.ts'
import type { GroupCoordinator, MemberEpoch } from './group-coordinator.ts'
import { EARLIEST, listOffsets } from './offsets.ts'
import type { PartitionId, Position } from './ownership.ts'
import { placeOf } from '../log/place.ts'

/** One attempt; `topics` are those that the partitions may belong to. */
export async function findPositions(
  cluster: Cluster,
  coordinator: GroupCoordinator,
  member: MemberEpoch,
  topics: readonly string[],
  partitions: readonly PartitionId[],
): Promise<Position[]> {
  const isKnown = ({ topicId }: PartitionId) => cluster.topicById(topicId) !== undefined
  if (!partitions.every(isKnown)) await cluster.refresh(topics)
  const places = partitions.map(({ topicId, partition }) => {
    const topic = cluster.topicById(topicId)?.name
    if (topic === undefined) throw brokerError(CODE.UNKNOWN_TOPIC_ID, topicId)
    return { topic, topicId, partition }
  })
  const committed = await coordinator.committed(member, places)
  const commits = new Map<string, Required<Commit>>(committed.map((one) => [placeOf(one), one]))
  const fresh = places.filter((place) => !commits.has(placeOf(place)))
  const starts = await earliestByPlace(cluster, fresh)
  return places.map((place) => {
    const { offset = starts.get(placeOf(place)) ?? 0n, metadata = '' } =
      commits.get(placeOf(place)) ?? {}
    return { ...place, offset, metadata }
  })
}

async function earliestByPlace(
  cluster: Cluster,
  partitions: readonly TopicPartition[],
): Promise<Map<string, bigint>> {
  if (partitions.length === 0) return new Map()
  const rows = await listOffsets(cluster, partitions, EARLIEST)
  return new Map(rows.map((row) => [placeOf(row), row.offset]))
}
