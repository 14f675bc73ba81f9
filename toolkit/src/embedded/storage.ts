// The port to where an embedded log keeps its records: memory or disk, nothing else differs.
import type { Commit, LogRecord, TopicPartition, TopicSpecification } from '../log/log.ts'

/** A record whose partition and time are decided; its offset is given when it is written. */
export type PlacedRecord = Omit<LogRecord, 'offset'>

export interface GroupCommit extends Required<Commit> {
  readonly group: string
}

/** The first offset that is left, and the one that the next record gets. */
export interface Bounds {
  readonly earliest: bigint
  readonly next: bigint
}

/**
 * Calls are synchronous, bounded by what they are given, and throw what the machine throws.
 * Partitions must be those of an existing topic.
 */
export interface Storage {
  topics(): TopicSpecification[]
  /** Creates the topic, or gives an existing one this config. */
  putTopic(topic: TopicSpecification): void
  /** Removes the topic and its positions; its partitions must have been truncated to the end. */
  removeTopic(name: string): void
  bounds(partition: TopicPartition): Bounds
  /** All or nothing, and durable on return; gives the offsets in the records' order. */
  write(records: readonly PlacedRecord[], commits: readonly GroupCommit[]): bigint[]
  /** Records from `from` on, of at most `bytesMax` or one larger record; few enough for a turn. */
  read(partition: TopicPartition, from: bigint, bytesMax: number): LogRecord[]
  /** The first offset at or after the time, or `next`. */
  offsetAt(partition: TopicPartition, timestampMs: number): bigint
  /** Forgets the records before `to`, which lies within the bounds. */
  truncate(partition: TopicPartition, to: bigint): void
  committed(group: string): Required<Commit>[]
  close(): void
}

/** Opens what lies there; throws `FolderInUseError` while it is open already. */
export type OpenStorage = () => Storage

/** Most records of one `read`, so that it fits one turn of the loop. */
export const READ_RECORDS_MAX = 1000
