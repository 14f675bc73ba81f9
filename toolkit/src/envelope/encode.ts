// A new event becomes a record: key, JSON value with `__type__`, CloudEvents headers.
import type { NewEvent } from '../catalogue/event.ts'
import { RecordTooLargeError } from '../errors.ts'
import type { Header, NewRecord } from '../log/log.ts'
import type { Trace } from './envelope.ts'
import { HEADER } from './headers.ts'
import { validData } from './validate.ts'

/** What an event gets when it is taken in: an id that never changes again, and its time. */
export interface Seal extends Trace {
  /** UUIDv7. */
  readonly id: string
  /** RFC 3339 in UTC with milliseconds. */
  readonly time: string
}

/** Largest JSON of one event: below Kafka's default of 1 MiB a batch, headers included. */
const EVENT_BYTES_MAX = 900_000

const encoder = new TextEncoder()

const fixed: readonly Header[] = [[HEADER.specificationVersion, encoder.encode('1.0')]]
const json: Header = [HEADER.contentType, encoder.encode('application/json')]

/** Throws `SchemaError` for data that does not fit and `RecordTooLargeError` for too much of it. */
export function encode(event: NewEvent, seal: Seal): NewRecord {
  const { definition } = event
  const data = validData(definition, event.data)
  const value = encoder.encode(JSON.stringify({ ...data, __type__: definition.name }))
  if (value.length > EVENT_BYTES_MAX) {
    throw new RecordTooLargeError(`${definition.name} has ${value.length} bytes.`)
  }
  return {
    topic: definition.topic.name,
    key: encoder.encode(String(data[definition.key])),
    value,
    headers: headersOf(event, seal, String(data[definition.subject])),
  }
}

function headersOf({ definition }: NewEvent, seal: Seal, subject: string): Header[] {
  const headers = [
    ...fixed,
    header(HEADER.id, seal.id),
    header(HEADER.type, definition.name),
    header(HEADER.source, definition.topic.source),
    header(HEADER.time, seal.time),
    header(HEADER.subject, subject),
    header(HEADER.dataSchema, `${definition.name}/${definition.version}`),
    json,
  ]
  if (seal.traceparent) headers.push(header(HEADER.traceparent, seal.traceparent))
  if (seal.correlationId) headers.push(header(HEADER.correlationId, seal.correlationId))
  if (seal.causationId) headers.push(header(HEADER.causationId, seal.causationId))
  return headers
}

const header = (name: string, text: string): Header => [name, encoder.encode(text)]
