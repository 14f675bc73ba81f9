// How far a group is behind: committed against the end, partition by partition.
import type { ConsumerGroup } from '../catalogue/group.ts'
import type { LogAdmin, TopicPartition } from '../log/log.ts'
import { placeOf } from '../log/place.ts'

export interface PartitionLag extends TopicPartition {
  readonly group: string
  /** The next offset the group reads; undefined before its first commit. */
  readonly committed: bigint | undefined
  readonly end: bigint
  /** Records not yet handled; before the first commit all that the topic still holds. */
  readonly lag: bigint
}

export async function groupLag(admin: LogAdmin, group: ConsumerGroup): Promise<PartitionLag[]> {
  const topics = group.topics.map((topic) => topic.name)
  const [committed, ...bounds] = await Promise.all([
    admin.committed(group.name, topics),
    ...topics.map(async (topic) => {
      const [earliest, latest] = await Promise.all([
        admin.offsets(topic, 'earliest'),
        admin.offsets(topic, 'latest'),
      ])
      return { earliest, latest }
    }),
  ])
  const positions = new Map(committed.map((one) => [placeOf(one), one.offset]))
  return bounds.flatMap(({ earliest, latest }) => {
    const starts = new Map(earliest.map((one) => [one.partition, one.offset]))
    return latest.map(({ topic, partition, offset: end }) => {
      const position = positions.get(placeOf({ topic, partition }))
      const from = position ?? starts.get(partition) ?? 0n
      return { group: group.name, topic, partition, committed: position, end, lag: end - from }
    })
  })
}
