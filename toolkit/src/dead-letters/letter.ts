// The envelope of a dead letter: the document's five fields, and all that a redrive needs.
import { deadLetterTopicOf } from '../catalogue/topic.ts'
import { coordinates } from '../envelope/decode.ts'
import { HEADER, readHeaders } from '../envelope/headers.ts'
import { bufferOf, strictTextOf, textOf } from '../envelope/text.ts'
import { errorCodeOf, KeyParkedError } from '../errors.ts'
import type { Header, LogRecord, NewRecord } from '../log/log.ts'
import { originHeaders } from './headers.ts'
import type { NewDeadLetter } from './store.ts'

export interface DeadLetterReason {
  readonly group: string
  /** Attempts that failed; 0 for a record that never reached its handler. */
  readonly attempts: number
  readonly error: Error
  readonly firstError: Error
  /** What the envelope said, where it could be read. */
  readonly eventId?: string
  readonly eventType?: string
  /** How often it was brought back before it failed this time. */
  readonly redrives?: number
  /** Whether the group was set back, and so may have handled the event before. */
  readonly isReplay?: boolean
}

const ERROR_STACK_BYTES_MAX = 4096
const ERROR_TEXT_LENGTH_MAX = 2_000

const encoder = new TextEncoder()
const json: Header = [HEADER.contentType, encoder.encode('application/json')]

/** The record for `<topic>.dlq`: under the original key, in the partition of the same number. */
export function letterOf(record: LogRecord, reason: DeadLetterReason, nowMs: number): NewRecord {
  const headers = readHeaders(record.headers)
  const text = jsonText(record.value)
  const error = bounded(reason.error.message)
  const rest = {
    error,
    timestamp: new Date(nowMs).toISOString(),
    ...(text === undefined &&
      record.value !== null && { original_value_base64: base64(record.value) }),
    original_partition: record.partition,
    original_offset: Number(record.offset),
    original_timestamp: new Date(record.timestampMs).toISOString(),
    original_headers: record.headers.map(writtenHeader),
    consumer_group: reason.group,
    event_id: reason.eventId ?? headers.id ?? coordinates(record),
    event_type: reason.eventType ?? headers.type ?? null,
    attempts: reason.attempts,
    first_error: bounded(reason.firstError.message),
    error_code: errorCodeOf(reason.error),
    error_stack: stackOf(reason.error),
    redrives: reason.redrives ?? 0,
  }
  const original = {
    original_topic: record.topic,
    original_key: record.key === null ? null : textOf(record.key),
  }
  return {
    topic: deadLetterTopicOf(record.topic),
    partition: record.partition,
    key: record.key,
    value: encoder.encode(joined(original, text ?? 'null', rest)),
    headers: [json, ...originHeaders(record, { ...reason, error })],
  }
}

/** Its row in the index, once its letter is acknowledged at `letterOffset`. */
export function entryOf(
  record: LogRecord,
  reason: DeadLetterReason,
  placed: Pick<NewDeadLetter, 'letterOffset' | 'owner' | 'parks'> & { readonly nowMs: number },
): NewDeadLetter {
  const headers = readHeaders(record.headers)
  const { topic, partition, offset, key } = record
  const { letterOffset, nowMs, owner, parks } = placed
  return {
    topic,
    partition,
    offset,
    key,
    letterOffset,
    owner,
    parks,
    group: reason.group,
    eventId: reason.eventId ?? headers.id ?? coordinates(record),
    eventType: reason.eventType ?? headers.type ?? 'unknown',
    errorCode: errorCodeOf(reason.error),
    error: bounded(reason.error.message),
    failedAtMs: nowMs,
    parkedAtMs: nowMs,
    redrives: reason.redrives ?? 0,
    nextLetter: letterOffset + 1n,
    followedTo: offset,
  }
}

/** The original JSON goes in as it was written: no digit of a large number is lost on the way. */
function joined(original: object, value: string, rest: object): string {
  const head = JSON.stringify(original).slice(0, -1)
  return `${head},"original_value":${value},${JSON.stringify(rest).slice(1)}`
}

function jsonText(value: Uint8Array | null): string | undefined {
  const text = value === null ? undefined : strictTextOf(value)
  if (text === undefined) return undefined
  try {
    JSON.parse(text)
    return text
  } catch {
    // Bytes that are no JSON are kept in base64 instead.
    return undefined
  }
}

function writtenHeader([name, value]: Header): object {
  const text = strictTextOf(value)
  return text === undefined ? { name, value_base64: base64(value) } : { name, value: text }
}

const base64 = (bytes: Uint8Array): string => bufferOf(bytes).toString('base64')

export const bounded = (text: string): string => text.slice(0, ERROR_TEXT_LENGTH_MAX)

/** A parked event did not fail: where its error was made says nothing. */
function stackOf(error: Error): string {
  if (error instanceof KeyParkedError) return ''
  return textOf(encoder.encode(error.stack ?? '').subarray(0, ERROR_STACK_BYTES_MAX))
}
