// The port to a partitioned event log: what Kafka, the disk and the memory adapter all promise.

/** One header; the list is ordered and a name may stand in it more than once. */
export type Header = readonly [name: string, value: Uint8Array]

/** A record on its way in. Without `partition` the key chooses it by murmur2. */
export interface NewRecord {
  readonly topic: string
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly Header[]
  readonly timestampMs?: number
  readonly partition?: number
}

/** A record as it lies in the log. Its headers may be read when asked for: do not spread it. */
export interface LogRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  readonly timestampMs: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly Header[]
}

/** Where an acknowledged record lies, or why it was refused. */
export type AppendResult =
  | { readonly ok: true; readonly partition: number; readonly offset: bigint }
  | { readonly ok: false; readonly error: Error }

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** A committed position: the next offset to read, with at most 4,096 bytes of metadata. */
export interface Commit extends TopicPartition {
  readonly offset: bigint
  readonly metadata?: string
}

/** A partition that was just assigned, and where reading starts. */
export interface Assigned extends TopicPartition {
  readonly offset: bigint
  /** What the last commit carried; '' when there is none. */
  readonly metadata: string
}

/**
 * What a group member tells its owner. Calls for one member never overlap, except `records` and
 * `trouble`.
 */
export interface GroupListener {
  /** New partitions; records follow after the promise resolves, until `revoked` or `lost`. */
  assigned(partitions: readonly Assigned[]): Promise<void> | void
  /** Partitions about to move: finish, commit, return. They move when the promise resolves. */
  revoked(partitions: readonly TopicPartition[]): Promise<void> | void
  /**
   * Partitions that are already another's: never commit for them again. What takes too long in
   * `revoked` ends here, once that call has returned.
   */
  lost(partitions: readonly TopicPartition[]): Promise<void> | void
  /** Records of one partition, in offset order. More follow unless the partition is paused. */
  records(partition: TopicPartition, records: readonly LogRecord[]): void
  /** Trouble that the member goes on trying to get over. */
  trouble(error: Error): void
}

export interface JoinOptions {
  readonly group: string
  readonly topics: readonly string[]
  readonly listener: GroupListener
  /** How long `revoked` may take before the partitions are taken away all the same. */
  readonly rebalanceTimeoutMs?: number
  /** Upper bound of one `records` call's bytes per partition; one larger record still comes. */
  readonly fetchBytesMax?: number
  /** At least so long from records to the next fetch of their broker; a log may have none. */
  readonly fetchIntervalMsMin?: number
}

/** One member of a consumer group. */
export interface GroupMember {
  readonly memberId: string
  /** No `records` call for the partition follows until `resume`; that goes on where it stopped. */
  pause(partition: TopicPartition): void
  resume(partition: TopicPartition): void
  /** The next record read is the one at `offset`. */
  seek(partition: TopicPartition, offset: bigint): void
  /**
   * Rejects, and commits nothing, with `StaleMemberError` when a partition is not this member's
   * any more and with `CommitMetadataTooLargeError` when metadata is over its bound.
   */
  commit(commits: readonly Commit[]): Promise<void>
  /** `revoked` for all that is owned, then leaves. Idempotent. */
  leave(): Promise<void>
}

/** A topic as it should be created. */
export interface TopicSpecification {
  readonly name: string
  readonly partitions: number
  readonly replicationFactor: number
  /** Kafka's names and texts, such as `retention.ms`. */
  readonly config: Readonly<Record<string, string>>
}

/** Some of a group's partitions change hands while it is `rebalancing`. */
export type GroupState = 'empty' | 'rebalancing' | 'stable'

/** One member as whoever keeps the group knows it. */
export interface MemberDescription {
  readonly memberId: string
  /** What the member's process calls itself; undefined where members and log are one process. */
  readonly clientId: string | undefined
  /** The address that it speaks from; undefined as well. */
  readonly host: string | undefined
  /** What it holds, by topic and partition. */
  readonly partitions: readonly TopicPartition[]
}

export interface GroupDescription {
  readonly state: GroupState
  /** In the same order each time. */
  readonly members: readonly MemberDescription[]
}

export type OffsetQuery = 'earliest' | 'latest' | { readonly timestampMs: number }

/** What names one topic that does not exist rejects with `TopicMissingError`. */
export interface LogAdmin {
  brokerCount(): Promise<number>
  /** Existing topics are left as they are. */
  createTopics(topics: readonly TopicSpecification[]): Promise<void>
  deleteTopics(names: readonly string[]): Promise<void>
  /** Only the topics that exist; `config` holds every value in force that the log knows. */
  describeTopics(names: readonly string[]): Promise<TopicSpecification[]>
  alterTopicConfig(name: string, config: Readonly<Record<string, string>>): Promise<void>
  /** One row a partition. A time after the last record answers the end. */
  offsets(topic: string, at: OffsetQuery): Promise<(TopicPartition & { offset: bigint })[]>
  /** What the group has committed for the topics; partitions without a commit are left out. */
  committed(group: string, topics: readonly string[]): Promise<Required<Commit>[]>
  /** Sets positions of a group that has no members; rejects with `GroupNotEmptyError` otherwise. */
  alterCommitted(group: string, commits: readonly Commit[]): Promise<void>
  /** A group that nobody ever joined is empty. A dead member is told of until it is missed. */
  describeGroup(group: string): Promise<GroupDescription>
  /** Records from `from` up to `to` (exclusive) or the end at the time of the call, in no group. */
  read(partition: TopicPartition, from: bigint, to: bigint): AsyncIterable<LogRecord>
}

/**
 * A partitioned, replicated or single, durable or not, log of records. Once closed, `append` and
 * `join` reject with `ClosedError`.
 */
export interface EventLog {
  readonly admin: LogAdmin
  /**
   * Resolves when every record is acknowledged or refused; never rejects for a record. One
   * partition's records keep their order, also against other calls. A refused record refuses
   * those behind it in its partition and call, so nothing overtakes it. `TopicMissingError`,
   * `RecordTooLargeError` and `LogRefusedError` are final; behind them, and for whatever may go
   * well later, such as with a right that is missing now, stands `PublishError`.
   */
  append(records: readonly NewRecord[]): Promise<AppendResult[]>
  /**
   * Resolves when the group knows the member, before the listener is called for the first time;
   * rejects with `TopicMissingError`. A new group starts at the earliest offset.
   */
  join(options: JoinOptions): Promise<GroupMember>
  /** Leaves all groups, waits for what is on its way. Idempotent. */
  close(): Promise<void>
}

export const COMMIT_METADATA_BYTES_MAX = 4096
/** Largest key + value + headers of one record; a dead letter holds a whole event and more. */
export const RECORD_BYTES_MAX = 4_000_000
export const REBALANCE_TIMEOUT_MS = 30_000
export const FETCH_BYTES_MAX = 1_048_576
