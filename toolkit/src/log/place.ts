// One partition as a text, to be a key of maps and a word in messages; and the order of partitions.
import type { TopicPartition } from './log.ts'

export function placeOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}

/** By topic, then by partition. */
export function byPlace(left: TopicPartition, right: TopicPartition): number {
  if (left.topic === right.topic) return left.partition - right.partition
  return left.topic < right.topic ? -1 : 1
}
