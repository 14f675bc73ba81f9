// Who gets which partition: as even as can be, moving as few as can be. Pure and deterministic.
import type { TopicPartition } from '../log/log.ts'

/** A member as the assignor sees it. */
export interface Subscriber {
  readonly topics: readonly string[]
  owns(partition: TopicPartition): boolean
}

/**
 * Gives every partition to one of the members that want its topic. Each keeps what it owns,
 * the rest goes to who has least, and then partitions move while that makes it more even.
 */
export function assignUniformly<Member extends Subscriber>(
  partitions: readonly TopicPartition[],
  members: readonly Member[],
): Map<Member, Set<TopicPartition>> {
  const shares = new Map(members.map((member) => [member, new Set<TopicPartition>()]))
  const owners = new Map<TopicPartition, Member>()
  const load = (member: Member) => shares.get(member)?.size ?? 0

  function wanting({ topic }: TopicPartition): Member[] {
    return members.filter((member) => member.topics.includes(topic))
  }

  function leastLoaded(partition: TopicPartition): Member | undefined {
    const [first, ...others] = wanting(partition)
    if (!first) return undefined
    return others.reduce((least, one) => (load(one) < load(least) ? one : least), first)
  }

  function give(partition: TopicPartition, member: Member | undefined): void {
    if (!member) return
    const owner = owners.get(partition)
    if (owner) shares.get(owner)?.delete(partition)
    shares.get(member)?.add(partition)
    owners.set(partition, member)
  }

  /** The partition whose owner has most more than another who wants it; none when all is even. */
  function mostUneven(): TopicPartition | undefined {
    let most: TopicPartition | undefined
    let gapMax = 1
    for (const [partition, owner] of owners) {
      const gap = load(owner) - load(leastLoaded(partition) ?? owner)
      if (gap > gapMax) [most, gapMax] = [partition, gap]
    }
    return most
  }

  for (const partition of partitions) {
    const owner = wanting(partition).find((member) => member.owns(partition))
    give(partition, owner)
  }
  for (const partition of partitions) {
    if (!owners.has(partition)) give(partition, leastLoaded(partition))
  }
  for (let moving = mostUneven(); moving; moving = mostUneven()) give(moving, leastLoaded(moving))
  return shares
}
