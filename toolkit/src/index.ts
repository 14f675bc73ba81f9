// The door `sosik`: the parts that carry a catalogue's events. The catalogue has a door of its own.
export { type Clock, sleep, systemClock } from './clock.ts'
export type { Account } from './consumer/account.ts'
export { type ConsumerOptions, DomainEventConsumer } from './consumer/consumer.ts'
export {
  type Effects,
  publishingEffects,
  type TransactionalEffectsOptions,
  transactionalEffects,
} from './consumer/effects.ts'
export { type FailureKind, failureKind } from './consumer/failure.ts'
export type {
  Action,
  DeadLetter,
  DeadLetterId,
  DeadLetterState,
} from './dead-letters/dead-letter.ts'
export {
  type Asked,
  CAP as REDRIVE_CAP,
  RATE_PER_SECOND as REDRIVE_RATE_PER_SECOND,
  type AskOptions,
  type DeadLetters,
  type DeadLettersParts,
  deadLetters,
  type ListOptions,
  type ShownLetter,
} from './dead-letters/dead-letters.ts'
export { type Origin, readOrigin } from './dead-letters/headers.ts'
export { originalOf } from './dead-letters/original.ts'
export type { LetterReader } from './dead-letters/reading.ts'
export { memoryDeadLetters } from './dead-letters/memory.ts'
export { postgresDeadLetters } from './dead-letters/postgres.ts'
export type {
  DeadLetterStore,
  DeadLetterSummary,
  RedriveRun,
  Selection,
} from './dead-letters/store.ts'
export { deadLetterMigrations } from './dead-letters/tables.ts'
export {
  type BreakerNews,
  diagnostics,
  type EventPublished,
  type Failed,
  type Handled,
  type LeasesLost,
  type NewsChannel,
  type Redriven,
  type StartsNoted,
  type Trouble,
} from './diagnostics.ts'
export { type Decoded, decode } from './envelope/decode.ts'
export { encode, type Seal } from './envelope/encode.ts'
export type { DomainEvent, Position, Trace } from './envelope/envelope.ts'
export { keyOf, keyText } from './envelope/key-text.ts'
export {
  AccountError,
  CatalogueError,
  ClosedError,
  CommitMetadataTooLargeError,
  CrashPoisonError,
  DeadLettersMissingError,
  DecodeError,
  DomainError,
  ERROR_SENTENCES,
  type ErrorCode,
  FolderInUseError,
  GroupNotEmptyError,
  HandlerTimeoutError,
  KeyParkedError,
  LetterMissingError,
  LogRefusedError,
  LogUnavailableError,
  MigrationChangedError,
  OffsetOutOfRangeError,
  OldBrokerError,
  PayloadConflictError,
  PublishError,
  RecordTooLargeError,
  SchemaError,
  SosikError,
  StaleMemberError,
  TimeoutError,
  TopicMissingError,
} from './errors.ts'
export type {
  AppendResult,
  Assigned,
  Commit,
  EventLog,
  GroupDescription,
  GroupListener,
  GroupMember,
  GroupState,
  Header,
  JoinOptions,
  LogAdmin,
  LogRecord,
  MemberDescription,
  NewRecord,
  OffsetQuery,
  TopicPartition,
  TopicSpecification,
} from './log/log.ts'
export { murmur2, partitionOf } from './log/partition.ts'
export { lagAgeMs } from './monitor/age.ts'
export { groupLag, type PartitionLag } from './monitor/lag.ts'
export {
  type KeyHold,
  outboxWritten,
  type WrittenQuery,
  type WrittenRow,
  type WrittenRows,
} from './outbox/find.ts'
export { type InboxEntry, readInbox } from './outbox/inbox.ts'
export { createOutbox, type Outbox, type OutboxOptions, type TracedEvent } from './outbox/outbox.ts'
export { createRelay, type Relay, type RelayOptions } from './outbox/relay.ts'
export { type PostgresOutboxOptions, postgresOutboxStore } from './outbox/postgres-store.ts'
export type {
  BucketLease,
  HeldKey,
  HeldSelection,
  OutboxAction,
  OutboxStatus,
  SentQuery,
} from './outbox/command-store.ts'
export {
  type OutboxOperations,
  type OutboxOperationsParts,
  operateOutbox,
  type RepublishOptions,
} from './outbox/operate.ts'
export type { OutboxStore } from './outbox/store.ts'
export { outboxMigrations } from './outbox/tables.ts'
export { DomainEventProducer, type ProducerOptions, type Published } from './producer.ts'
export {
  type ReplayedPartition,
  type ReplayOptions,
  type ReplayTo,
  replay,
} from './replay/replay.ts'
export {
  applyTopics,
  planTopics,
  requireTopics,
  type TopicChange,
  type TopicPlan,
  topicSpecifications,
} from './topics/plan.ts'
