// A letter is read back: the record that failed, as it was, byte for byte.
import { bufferOf, strictTextOf } from '../envelope/text.ts'
import type { Header, LogRecord } from '../log/log.ts'

/** A letter's JSON, as this toolkit writes it; the document's own has the first five fields. */
export interface LetterBody {
  readonly original_topic: string
  readonly original_key: string | null
  readonly original_value: unknown
  readonly original_value_base64?: string
  readonly original_partition: number
  readonly original_offset: number
  readonly original_timestamp: string
  readonly original_headers: readonly WrittenHeader[]
  readonly consumer_group: string
  readonly error_code: string
}

interface WrittenHeader {
  readonly name: string
  readonly value?: string
  readonly value_base64?: string
}

const encoder = new TextEncoder()

/** Undefined for a record that is no letter of this toolkit. */
export function readLetter(letter: LogRecord): LetterBody | undefined {
  const text = letter.value === null ? undefined : strictTextOf(letter.value)
  if (text === undefined) return undefined
  try {
    const body = JSON.parse(text) as LetterBody | null
    return typeof body?.original_offset === 'number' ? body : undefined
  } catch {
    // Somebody else's record; it is shown as it is and never handled.
    return undefined
  }
}

/** The record that failed; undefined when the letter is none of ours. */
export function originalOf(letter: LogRecord): LogRecord | undefined {
  const body = readLetter(letter)
  if (body === undefined) return undefined
  return {
    topic: body.original_topic,
    partition: body.original_partition,
    offset: BigInt(body.original_offset),
    timestampMs: Date.parse(body.original_timestamp),
    key: letter.key,
    value: valueOf(letter, body),
    headers: body.original_headers.map(headerOf),
  }
}

function valueOf(letter: LogRecord, body: LetterBody): Uint8Array | null {
  const { original_value_base64: bytes } = body
  if (bytes !== undefined) return Buffer.from(bytes, 'base64')
  const written = writtenValue(bufferOf(letter.value ?? new Uint8Array()).toString('utf8'), body)
  // A null value and the JSON text `null` look alike; neither is an event.
  return written === 'null' ? null : encoder.encode(written)
}

/** The value as it stands in the letter: what surrounds it is known, so it need not be parsed. */
function writtenValue(text: string, body: LetterBody): string {
  const { original_topic, original_key, original_value, ...rest } = body
  const head = JSON.stringify({ original_topic, original_key }).slice(0, -1)
  const before = `${head},"original_value":`
  const after = `,${JSON.stringify(rest).slice(1)}`
  if (!text.startsWith(before) || !text.endsWith(after)) return JSON.stringify(original_value)
  return text.slice(before.length, text.length - after.length)
}

const headerOf = ({ name, value, value_base64: bytes }: WrittenHeader): Header => [
  name,
  bytes === undefined ? encoder.encode(value ?? '') : Buffer.from(bytes, 'base64'),
]
