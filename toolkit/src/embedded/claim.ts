// A partition in a group member's hands.
import type { TopicPartition } from '../log/log.ts'

/** Once gone it never comes back: the same partition later is a new claim. */
export interface Claim extends TopicPartition {
  phase: 'assigning' | 'reading' | 'revoking' | 'gone'
  /** Whether the listener has heard of it, and so must hear of its end. */
  told: boolean
  paused: boolean
  /** The offset to read next. */
  next: bigint
}

export function newClaim({ topic, partition }: TopicPartition): Claim {
  return { topic, partition, phase: 'assigning', told: false, paused: false, next: 0n }
}

/** What a listener is shown of it. */
export function partitionOfClaim({ topic, partition }: Claim): TopicPartition {
  return { topic, partition }
}
