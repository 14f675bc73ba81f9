// The names of the record headers: CloudEvents 1.0 in binary mode, trace context, our two ids.
import type { Header } from '../log/log.ts'

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

const decoder = new TextDecoder()

/** The text of every header by name; of several with one name the last counts. */
export function headerTexts(headers: readonly Header[]): ReadonlyMap<string, string> {
  return new Map(headers.map(([name, value]) => [name, decoder.decode(value)]))
}
