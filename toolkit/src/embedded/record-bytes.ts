// How many bytes a record counts for, against every bound of the embedded log.
import type { LogRecord } from '../log/log.ts'

/** Bytes of key, value, header names and header values. */
export function recordBytes(record: Pick<LogRecord, 'key' | 'value' | 'headers'>): number {
  let bytes = (record.key?.length ?? 0) + (record.value?.length ?? 0)
  for (const [name, value] of record.headers) bytes += Buffer.byteLength(name) + value.length
  return bytes
}
