// A record becomes an event again, whoever wrote it: with our headers, or plain as the document.
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { AnyEvent } from '../catalogue/event.ts'
import { DecodeError } from '../errors.ts'
import type { LogRecord } from '../log/log.ts'
import type { DomainEvent } from './envelope.ts'
import { type ReadHeaders, readHeaders } from './headers.ts'
import { strictTextOf, textOf } from './text.ts'
import { validData } from './validate.ts'

/** An event of the catalogue, or only the name of one that the catalogue does not know. */
export type Decoded =
  | { readonly known: true; readonly definition: AnyEvent; readonly event: DomainEvent }
  | { readonly known: false; readonly type: string }

/**
 * Throws `DecodeError` for bytes that are no JSON object and `SchemaError` for an event that lacks
 * a field or has a wrong one.
 */
export function decode(catalogue: Catalogue, record: LogRecord): Decoded {
  const headers = readHeaders(record.headers)
  const data = jsonObject(record.value)
  const type = headers.type ?? writtenType(data)
  const definition =
    type === undefined ? likeliest(catalogue, record.topic, data) : catalogue.event(type)
  if (definition === undefined || definition.topic.name !== record.topic) {
    return { known: false, type: type ?? 'unknown' }
  }
  const current = upcast(definition, data, headers.dataSchema)
  const valid = validData(definition, current)
  return { known: true, definition, event: eventOf(definition, valid, record, headers) }
}

type Writable<Value> = { -readonly [Name in keyof Value]: Value[Name] }

function eventOf(
  definition: AnyEvent,
  data: object,
  record: LogRecord,
  headers: ReadHeaders,
): DomainEvent {
  const { topic, partition, offset } = record
  const { correlationId, causationId, traceparent } = headers
  const event: Writable<DomainEvent> = {
    type: definition.name,
    id: headers.id ?? coordinates(record),
    time: headers.time ?? new Date(record.timestampMs).toISOString(),
    key: record.key === null ? '' : textOf(record.key),
    data,
    position: { topic, partition, offset },
  }
  if (correlationId !== undefined) event.correlationId = correlationId
  if (causationId !== undefined) event.causationId = causationId
  if (traceparent !== undefined) event.traceparent = traceparent
  return event
}

/** The id of a record that brought none: where it lies never changes. */
export function coordinates(record: LogRecord): string {
  return `${record.topic}/${record.partition}/${record.offset}`
}

function jsonObject(value: Uint8Array | null): Record<string, unknown> {
  if (value === null) throw new DecodeError('The value is null.')
  const text = strictTextOf(value)
  if (text === undefined) throw new DecodeError('The bytes are no UTF-8.')
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    throw new DecodeError(jsonFault(error as Error))
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new DecodeError('The value is JSON, but no object.')
  }
  return parsed as Record<string, unknown>
}

/** What the parser says, without the piece of the value that it shows: errors go into logs. */
function jsonFault({ message }: Error): string {
  return message.replace(/, (\.{3})?".*"(\.{3})? is not/s, ': it is not')
}

function writtenType(data: Record<string, unknown>): string | undefined {
  return typeof data.__type__ === 'string' ? data.__type__ : undefined
}

/** Of the topic's events whose required fields are all there, the one with the most of them. */
function likeliest(
  catalogue: Catalogue,
  topicName: string,
  data: Record<string, unknown>,
): AnyEvent | undefined {
  const fitting = catalogue
    .eventsOn(topicName)
    .filter((one) => requiredOf(one).every((name) => name in data))
  const most = Math.max(...fitting.map((one) => requiredOf(one).length))
  const best = fitting.filter((one) => requiredOf(one).length === most)
  return best.length === 1 ? best[0] : best.find((one) => one.assumed)
}

const requiredOf = (one: AnyEvent): readonly string[] => one.schema.required ?? []

/** Older data is brought to the current version, one version at a time. */
function upcast(
  definition: AnyEvent,
  data: Record<string, unknown>,
  dataSchema: string | undefined,
): object {
  if (definition.version === 1) return data
  const written = Number(dataSchema?.split('/').at(-1) ?? definition.version)
  let current = data
  for (let version = written; version < definition.version; version += 1) {
    const step = definition.upcasters[version]
    if (step === undefined) {
      throw new DecodeError(`${definition.name} has no upcaster from version ${version}.`)
    }
    current = step(current) as Record<string, unknown>
  }
  return current
}
