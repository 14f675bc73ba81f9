// What a consumer tells of a record: where it lies, whose it is, what it was.
import type { Handled } from '../diagnostics.ts'
import type { LogRecord } from '../log/log.ts'

export const newsOf = (record: LogRecord, group: string, type: string): Handled => ({
  group,
  topic: record.topic,
  partition: record.partition,
  offset: record.offset,
  type,
})
