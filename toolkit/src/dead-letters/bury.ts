// A record that failed for good: first its letter is acknowledged, then it stands in the index.
import type { Outcome } from '../consumer/account.ts'
import { newsOf } from '../consumer/news.ts'
import { type PersistParts, persist } from '../consumer/persist.ts'
import { diagnostics } from '../diagnostics.ts'
import { PayloadConflictError } from '../errors.ts'
import type { EventLog, LogRecord, NewRecord, TopicPartition } from '../log/log.ts'
import { type DeadLetterReason, entryOf, letterOf } from './letter.ts'
import type { MemberStore } from './store.ts'

export interface BuryParts extends PersistParts {
  readonly log: EventLog
  readonly store: MemberStore | undefined
  /** Whether the key's later events wait. */
  readonly parks: boolean
  /** Under which name the partition was claimed. */
  readonly ownerOf: (partition: TopicPartition) => string
}

export type Bury<Buried> = (
  record: LogRecord,
  reason: DeadLetterReason,
  signal: AbortSignal,
) => Promise<Buried | undefined>

/** Resolves when the offset may move; undefined when `signal` ended it before that. */
export function burier(parts: BuryParts): Bury<Outcome> {
  const { log, store, clock } = parts
  return async (record, reason, signal) => {
    const nowMs = clock.nowMs()
    const letter = letterOf(record, reason, nowMs)
    const letterOffset = await persist(parts, signal, () => appendLetter(log, letter))
    if (letterOffset === undefined) return undefined
    if (store !== undefined) {
      const owner = parts.ownerOf(record)
      const entry = entryOf(record, reason, { letterOffset, nowMs, owner, parks: parts.parks })
      const isNew = await persist(parts, signal, () => store.add(entry, mayBeHandled(reason)))
      if (isNew === undefined) return undefined
      // Another member has handled it since: this one was given up on, and parks nothing.
      if (!isNew) return 'handled'
    }
    tellBuried(record, reason)
    return 'deadLettered'
  }
}

/** Resolves with the letter's offset; rejects when the log did not take it. */
export async function appendLetter(log: EventLog, letter: NewRecord): Promise<bigint> {
  const [result] = await log.append([letter])
  if (result?.ok) return result.offset
  throw result?.error ?? new Error(`${letter.topic} gave no answer`)
}

export function tellBuried(record: LogRecord, reason: DeadLetterReason): void {
  diagnostics.deadLettered.publish({
    ...newsOf(record, reason.group, reason.eventType ?? 'unknown'),
    eventId: reason.eventId ?? '',
    attempt: reason.attempts,
    error: reason.error,
  })
}

/**
 * Whether the event's row in the inbox would say that another member has handled it since. A
 * replay may find its own row there, a conflict that of another payload.
 */
const mayBeHandled = ({ attempts, error, isReplay = false }: DeadLetterReason): boolean =>
  attempts > 0 && !isReplay && !(error instanceof PayloadConflictError)
