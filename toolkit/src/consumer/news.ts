// What a consumer tells of a record, and of the starts of records.
import { diagnostics, type Handled } from '../diagnostics.ts'
import type { LogRecord, TopicPartition } from '../log/log.ts'

export const newsOf = (record: LogRecord, group: string, type: string): Handled => ({
  group,
  topic: record.topic,
  partition: record.partition,
  offset: record.offset,
  type,
})

/** Tells of starts that are on record now. */
export const notedTeller =
  (group: string, partition: TopicPartition) =>
  (records: number, isAlone: boolean): void =>
    diagnostics.startsNoted.publish({ group, ...partition, records, isAlone })
