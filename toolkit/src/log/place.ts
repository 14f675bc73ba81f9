// One partition as a text, to be a key of maps and a word in messages.
import type { TopicPartition } from './log.ts'

export function placeOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}
