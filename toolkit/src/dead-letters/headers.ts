// What a dead letter's headers say: we write Kafka's own family and read the three others as well.
import { textOf } from '../envelope/text.ts'
import type { Header, LogRecord } from '../log/log.ts'

/** Kafka's own family (KIP-1191), as its brokers write it for share groups. */
const WRITTEN = {
  topic: '__dlq.errors.topic',
  partition: '__dlq.errors.partition',
  offset: '__dlq.errors.offset',
  group: '__dlq.errors.group',
  attempts: '__dlq.errors.delivery.count',
  error: '__dlq.errors.message',
} as const

/** Where a dead letter comes from and why it is there; as text, and only what is said. */
export type Origin = Partial<
  Record<
    | 'family'
    | 'topic'
    | 'partition'
    | 'offset'
    | 'timestamp'
    | 'group'
    | 'attempts'
    | 'stage'
    | 'errorClass'
    | 'error'
    | 'errorStack',
    string
  >
>

const SPRING = 'kafka_dlt-'

/** Header names by family: Kafka (KIP-1191), Connect (KIP-298), Streams (KIP-1034), Spring. */
const FAMILIES: Readonly<Record<string, Readonly<Record<string, keyof Origin>>>> = {
  kafka: Object.fromEntries(
    Object.entries(WRITTEN).map(([field, name]) => [name, field as keyof Origin]),
  ),
  connect: {
    '__connect.errors.topic': 'topic',
    '__connect.errors.partition': 'partition',
    '__connect.errors.offset': 'offset',
    '__connect.errors.connector.name': 'group',
    '__connect.errors.stage': 'stage',
    '__connect.errors.exception.class.name': 'errorClass',
    '__connect.errors.exception.message': 'error',
    '__connect.errors.exception.stacktrace': 'errorStack',
  },
  streams: {
    '__streams.errors.topic': 'topic',
    '__streams.errors.partition': 'partition',
    '__streams.errors.offset': 'offset',
    '__streams.errors.exception': 'errorClass',
    '__streams.errors.message': 'error',
    '__streams.errors.stacktrace': 'errorStack',
  },
  spring: {
    [`${SPRING}original-topic`]: 'topic',
    [`${SPRING}original-partition`]: 'partition',
    [`${SPRING}original-offset`]: 'offset',
    [`${SPRING}original-timestamp`]: 'timestamp',
    [`${SPRING}original-consumer-group`]: 'group',
    [`${SPRING}exception-fqcn`]: 'errorClass',
    [`${SPRING}exception-message`]: 'error',
    [`${SPRING}exception-stacktrace`]: 'errorStack',
  },
}

const INT32_BYTES = 4
const INT64_BYTES = 8
const encoder = new TextEncoder()

export function originHeaders(
  record: Pick<LogRecord, 'topic' | 'partition' | 'offset'>,
  reason: { readonly group: string; readonly attempts: number; readonly error: string },
): Header[] {
  const { topic, partition, offset } = record
  const said = { ...reason, topic, partition, offset }
  return Object.entries(WRITTEN).map(([field, name]) => [
    name,
    encoder.encode(String(said[field as keyof typeof WRITTEN])),
  ])
}

/** What the first family of which there is a header says; undefined when there is none. */
export function readOrigin(headers: readonly Header[]): Origin | undefined {
  for (const [family, names] of Object.entries(FAMILIES)) {
    const said = headers.flatMap(([name, value]) => {
      const field = names[name]
      return field === undefined ? [] : [[field, valueText(name, value)] as const]
    })
    if (said.length > 0) return { family, ...Object.fromEntries(said) }
  }
  return undefined
}

/** Spring writes numbers as big-endian bytes, everybody else as decimal text. */
function valueText(name: string, value: Uint8Array): string {
  const isNumber = name.startsWith(SPRING) && /-(partition|offset|timestamp)$/.test(name)
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength)
  if (isNumber && value.length === INT32_BYTES) return String(view.getInt32(0))
  if (isNumber && value.length === INT64_BYTES) return String(view.getBigInt64(0))
  return textOf(value)
}
