// Every error of the toolkit: one class a failure, one table of codes and sentences.

/** Code and sentence of every error; `docs/reference/errors.md` is written from it. */
export const ERROR_SENTENCES = {
  SOSIK_DECODE: 'The record is not a JSON object in UTF-8.',
  SOSIK_SCHEMA: 'The data does not fit the schema of its event.',
  SOSIK_CATALOGUE: 'The catalogue contradicts itself.',
  SOSIK_DOMAIN: 'A business rule refuses this event; trying again cannot help.',
  SOSIK_PUBLISH: 'The log did not acknowledge the event.',
  SOSIK_RECORD_TOO_LARGE: 'The record is larger than the log takes.',
  SOSIK_COMMIT_METADATA_TOO_LARGE: 'The commit carries more metadata than the log takes.',
  SOSIK_TOPIC_MISSING: 'A topic does not exist; run `npx sosik topics apply`.',
  SOSIK_STALE_MEMBER: 'The partition belongs to another member of the group now.',
  SOSIK_GROUP_NOT_EMPTY: 'The group has members; stop them before moving its offsets.',
  SOSIK_OLD_BROKER: 'The brokers are older than Kafka 4.0 and cannot assign by KIP-848.',
  SOSIK_LOG_REFUSED: 'The log refused the request; trying again cannot help.',
  SOSIK_LOG_UNAVAILABLE: 'The log does not answer as it should; it is asked again.',
  SOSIK_OFFSET_OUT_OF_RANGE: 'The log no longer has the next record; the earliest one is next.',
  SOSIK_FOLDER_IN_USE: 'Another process, or another log of this one, has the folder open.',
  SOSIK_CLOSED: 'The part was closed.',
  SOSIK_HANDLER_TIMEOUT: 'The handler did not end in time.',
  SOSIK_CRASH_POISON: 'The process ended each time while it handled this record.',
  SOSIK_STALE_LEASE: 'Another relay has taken the bucket over; it sends what is unsent.',
  SOSIK_ACCOUNT: 'The records that were read and how they ended do not add up.',
  SOSIK_TIMEOUT: 'The answer did not come in time.',
  SOSIK_MIGRATION_CHANGED: 'A migration was changed after it had been applied; add another one.',
  SOSIK_PAYLOAD_CONFLICT: 'An event id came again with another payload.',
  SOSIK_PARKED: 'An earlier event of this key failed, and this one waits behind it.',
  SOSIK_LETTER_MISSING: 'The dead letter topic has the letter no more; it can only be discarded.',
  SOSIK_DEAD_LETTERS_MISSING: 'A group that parks keys needs an index of dead letters.',
} as const

export type ErrorCode = keyof typeof ERROR_SENTENCES

/** What every error of the toolkit is; `code` is stable, the message is for people. */
export class SosikError extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode, detail: string, options?: ErrorOptions) {
    super(`${ERROR_SENTENCES[code]} ${detail}`.trim(), options)
    this.code = code
    this.name = new.target.name
  }
}

export class DecodeError extends SosikError {
  constructor(detail: string, options?: ErrorOptions) {
    super('SOSIK_DECODE', detail, options)
  }
}

/** Names the event, and the field as a JSON pointer. */
export class SchemaError extends SosikError {
  readonly event: string
  readonly field: string
  constructor(event: string, field: string, detail: string) {
    super('SOSIK_SCHEMA', `${event}${field}: ${detail}`)
    this.event = event
    this.field = field
  }
}

export class CatalogueError extends SosikError {
  constructor(detail: string) {
    super('SOSIK_CATALOGUE', detail)
  }
}

/** Thrown by a handler for what no retry can mend: dead-lettered at once. */
export class DomainError extends SosikError {
  constructor(detail: string, options?: ErrorOptions) {
    super('SOSIK_DOMAIN', detail, options)
  }
}

export class PublishError extends SosikError {
  constructor(detail: string, options?: ErrorOptions) {
    super('SOSIK_PUBLISH', detail, options)
  }
}

export class RecordTooLargeError extends SosikError {
  constructor(detail: string) {
    super('SOSIK_RECORD_TOO_LARGE', detail)
  }
}

export class CommitMetadataTooLargeError extends SosikError {
  constructor(detail: string) {
    super('SOSIK_COMMIT_METADATA_TOO_LARGE', detail)
  }
}

export class TopicMissingError extends SosikError {
  constructor(names: readonly string[]) {
    super('SOSIK_TOPIC_MISSING', `Missing: ${names.join(', ')}.`)
  }
}

export class StaleMemberError extends SosikError {
  constructor(detail: string, options?: ErrorOptions) {
    super('SOSIK_STALE_MEMBER', detail, options)
  }
}

export class GroupNotEmptyError extends SosikError {
  constructor(group: string) {
    super('SOSIK_GROUP_NOT_EMPTY', `Group: ${group}.`)
  }
}

export class OldBrokerError extends SosikError {
  constructor(detail: string) {
    super('SOSIK_OLD_BROKER', detail)
  }
}

/** The brokers' answer is final: missing rights, a policy, a value that they do not take. */
export class LogRefusedError extends SosikError {
  constructor(detail: string, options?: ErrorOptions) {
    super('SOSIK_LOG_REFUSED', detail, options)
  }
}

/** Told as trouble, not thrown: what failed is tried again. */
export class LogUnavailableError extends SosikError {
  constructor(detail: string, options?: ErrorOptions) {
    super('SOSIK_LOG_UNAVAILABLE', detail, options)
  }
}

/** Told as trouble: records were deleted by age before the group had read them. */
export class OffsetOutOfRangeError extends SosikError {
  constructor(detail: string) {
    super('SOSIK_OFFSET_OUT_OF_RANGE', detail)
  }
}

/** Names the folder; only one process may have an embedded log's folder open. */
export class FolderInUseError extends SosikError {
  constructor(folder: string, options?: ErrorOptions) {
    super('SOSIK_FOLDER_IN_USE', `Folder: ${folder}.`, options)
  }
}

export class ClosedError extends SosikError {
  constructor(what: string) {
    super('SOSIK_CLOSED', `It was: ${what}.`)
  }
}

/** Told as trouble: the relay was away for longer than its lease. */
export class StaleLeaseError extends SosikError {
  constructor(detail: string) {
    super('SOSIK_STALE_LEASE', detail)
  }
}

export class TimeoutError extends SosikError {
  constructor(detail: string, options?: ErrorOptions) {
    super('SOSIK_TIMEOUT', detail, options)
  }
}

/** Not a `TimeoutError`: a slow handler is this record's failure, not an outage. */
export class HandlerTimeoutError extends SosikError {
  constructor(detail: string) {
    super('SOSIK_HANDLER_TIMEOUT', detail)
  }
}

/** Why a record is a dead letter that was not run again. */
export class CrashPoisonError extends SosikError {
  constructor(starts: number) {
    super('SOSIK_CRASH_POISON', `It was started ${starts} times.`)
  }
}

/** Told as trouble at a stop: report it, for this must not be. */
export class AccountError extends SosikError {
  constructor(detail: string) {
    super('SOSIK_ACCOUNT', detail)
  }
}

export class MigrationChangedError extends SosikError {
  constructor(name: string) {
    super('SOSIK_MIGRATION_CHANGED', `Migration: ${name}.`)
  }
}

export class PayloadConflictError extends SosikError {
  constructor(detail: string) {
    super('SOSIK_PAYLOAD_CONFLICT', detail)
  }
}

/** Not thrown: what stands in the letter of a parked event. */
export class KeyParkedError extends SosikError {
  constructor(detail: string) {
    super('SOSIK_PARKED', detail)
  }
}

export class LetterMissingError extends SosikError {
  constructor(detail: string) {
    super('SOSIK_LETTER_MISSING', detail)
  }
}

export class DeadLettersMissingError extends SosikError {
  constructor(group: string) {
    super(
      'SOSIK_DEAD_LETTERS_MISSING',
      `Give the consumer of ${group} its \`deadLetters\`: ` +
        '`postgresDeadLetters(database)` or `memoryDeadLetters()`.',
    )
  }
}

/** An error's own code, or its name where it has none. */
export function errorCodeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
