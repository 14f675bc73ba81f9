// The names of the record headers: CloudEvents 1.0 in binary mode, trace context, our two ids.
import type { Header } from '../log/log.ts'
import { textOf } from './text.ts'

export const HEADER = {
  specificationVersion: 'ce_specversion',
  id: 'ce_id',
  type: 'ce_type',
  source: 'ce_source',
  time: 'ce_time',
  subject: 'ce_subject',
  dataSchema: 'ce_dataschema',
  contentType: 'content-type',
  traceparent: 'traceparent',
  correlationId: 'correlation-id',
  causationId: 'causation-id',
} as const

/** What a reader needs of the headers, as text; the others are not decoded. */
export interface ReadHeaders {
  id: string | undefined
  type: string | undefined
  time: string | undefined
  dataSchema: string | undefined
  traceparent: string | undefined
  correlationId: string | undefined
  causationId: string | undefined
}

/** One pass over the list: this stands in the path of every record. */
export function readHeaders(headers: readonly Header[]): ReadHeaders {
  const read: ReadHeaders = {
    id: undefined,
    type: undefined,
    time: undefined,
    dataSchema: undefined,
    traceparent: undefined,
    correlationId: undefined,
    causationId: undefined,
  }
  for (const header of headers) {
    const name = FIELDS.get(header[0])
    if (name !== undefined) read[name] = textOf(header[1])
  }
  return read
}

const FIELDS: ReadonlyMap<string, keyof ReadHeaders> = new Map([
  [HEADER.id, 'id'],
  [HEADER.type, 'type'],
  [HEADER.time, 'time'],
  [HEADER.dataSchema, 'dataSchema'],
  [HEADER.traceparent, 'traceparent'],
  [HEADER.correlationId, 'correlationId'],
  [HEADER.causationId, 'causationId'],
])
