// The choice of a partition for a new record.
import {
  LogRefusedError,
  RecordTooLargeError,
  type SosikError,
  TopicMissingError,
} from '../errors.ts'
import type { NewRecord, TopicSpecification } from '../log/log.ts'
import { RECORD_BYTES_MAX } from '../log/log.ts'
import { partitionOf } from '../log/partition.ts'
import { placeOf } from '../log/place.ts'
import { recordBytes } from './record-bytes.ts'

/** The partition of a new record, and why it cannot lie there if it cannot. */
export interface Choice {
  readonly partition: number
  readonly bytes: number
  readonly refusal?: SosikError
}

/** Chooses by the record's own number, else its key, else each partition in turn. */
export function partitionChooser(
  topics: ReadonlyMap<string, TopicSpecification>,
): (record: NewRecord) => Choice {
  const turns = new Map<string, number>()
  const nextInTurn = (topic: string, count: number) => {
    const turn = turns.get(topic) ?? 0
    turns.set(topic, (turn + 1) % count)
    return turn % count
  }
  return (record) => {
    const bytes = recordBytes(record)
    const count = topics.get(record.topic)?.partitions
    if (!count) return { partition: -1, bytes, refusal: new TopicMissingError([record.topic]) }
    const partition =
      record.partition ??
      (record.key ? partitionOf(record.key, count) : nextInTurn(record.topic, count))
    const place = placeOf({ topic: record.topic, partition })
    if (!Number.isInteger(partition) || partition < 0 || partition >= count) {
      return { partition, bytes, refusal: new LogRefusedError(`There is no partition ${place}.`) }
    }
    if (!Number.isSafeInteger(record.timestampMs ?? 0)) {
      const detail = `${record.timestampMs} is no time in milliseconds.`
      return { partition, bytes, refusal: new LogRefusedError(detail) }
    }
    if (bytes > RECORD_BYTES_MAX) {
      const detail = `${bytes} bytes for ${place}, at most ${RECORD_BYTES_MAX}.`
      return { partition, bytes, refusal: new RecordTooLargeError(detail) }
    }
    return { partition, bytes }
  }
}
