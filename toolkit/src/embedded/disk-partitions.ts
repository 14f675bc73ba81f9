// The partitions of a log on disk: their rows in SQLite, their ends remembered.
import type { DatabaseSync } from 'node:sqlite'
import type { LogRecord, TopicPartition } from '../log/log.ts'
import { decodeHeaders, encodeHeaders } from './header-codec.ts'
import { placeOf } from '../log/place.ts'
import { recordBytes } from './record-bytes.ts'
import type { Bounds, PlacedRecord } from './storage.ts'
import { READ_RECORDS_MAX } from './storage.ts'
import { firstAtOrAfter } from './time-search.ts'

interface Partition {
  readonly id: number
  earliest: number
  next: number
  timestampMsMax: number
}

/** What changes rows runs inside a transaction; when that fails, `forget` must follow. */
export class DiskPartitions {
  readonly #sql: ReturnType<typeof statementsOf>
  readonly #known = new Map<string, Partition>()

  constructor(database: DatabaseSync) {
    this.#sql = statementsOf(database)
  }

  idOf(of: TopicPartition): number {
    return this.#partition(of).id
  }

  bounds(of: TopicPartition): Bounds {
    const { earliest, next } = this.#partition(of)
    return { earliest: BigInt(earliest), next: BigInt(next) }
  }

  push(record: PlacedRecord): bigint {
    const { key, value, headers, timestampMs } = record
    const partition = this.#partition(record)
    const timestampMsMax = Math.max(partition.timestampMsMax, timestampMs)
    const { id, next } = partition
    this.#sql.push.run(id, next, timestampMs, timestampMsMax, key, value, encodeHeaders(headers))
    partition.timestampMsMax = timestampMsMax
    partition.next += 1
    return BigInt(next)
  }

  read({ topic, partition }: TopicPartition, from: bigint, bytesMax: number): LogRecord[] {
    const { id } = this.#partition({ topic, partition })
    const records: LogRecord[] = []
    let bytes = 0
    for (const row of this.#sql.read.iterate(id, Number(from), READ_RECORDS_MAX)) {
      const record = { topic, partition, ...contentOf(row) }
      bytes += recordBytes(record)
      if (bytes > bytesMax && records.length > 0) break
      records.push(record)
    }
    return records
  }

  offsetAt(of: TopicPartition, timestampMs: number): bigint {
    const partition = this.#partition(of)
    const maxAt = (offset: number) => Number(this.#sql.time.get(partition.id, offset)?.time)
    return BigInt(firstAtOrAfter(timestampMs, partition, maxAt))
  }

  truncate(of: TopicPartition, to: bigint): void {
    const partition = this.#partition(of)
    this.#sql.truncate.run(partition.id, Number(to))
    this.#sql.putEarliest.run(Number(to), partition.id)
    partition.earliest = Number(to)
  }

  /** The ends are taken from the rows again. */
  forget(): void {
    this.#known.clear()
  }

  #partition({ topic, partition }: TopicPartition): Partition {
    const place = placeOf({ topic, partition })
    const known = this.#known.get(place) ?? this.#load(topic, partition)
    this.#known.set(place, known)
    return known
  }

  #load(topic: string, partition: number): Partition {
    const row = this.#sql.partition.get(topic, partition)
    const id = Number(row?.id)
    const earliest = Number(row?.earliest)
    const last = this.#sql.last.get(id)
    const next = last ? Number(last.offset) + 1 : earliest
    return { id, earliest, next, timestampMsMax: Number(last?.time ?? 0) }
  }
}

function statementsOf(database: DatabaseSync) {
  return {
    partition: database.prepare(
      'SELECT id, earliest FROM partitions WHERE topic = ? AND partition = ?',
    ),
    last: database.prepare(
      `SELECT "offset", timestamp_ms_max AS time FROM records WHERE partition_id = ?
       ORDER BY "offset" DESC LIMIT 1`,
    ),
    push: database.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)'),
    read: database.prepare(
      `SELECT "offset", timestamp_ms, key, value, headers FROM records
       WHERE partition_id = ? AND "offset" >= ? ORDER BY "offset" LIMIT ?`,
    ),
    time: database.prepare(
      'SELECT timestamp_ms_max AS time FROM records WHERE partition_id = ? AND "offset" = ?',
    ),
    truncate: database.prepare('DELETE FROM records WHERE partition_id = ? AND "offset" < ?'),
    putEarliest: database.prepare('UPDATE partitions SET earliest = ? WHERE id = ?'),
  }
}

function contentOf(row: Record<string, unknown>): Omit<LogRecord, keyof TopicPartition> {
  return {
    offset: BigInt(Number(row.offset)),
    timestampMs: Number(row.timestamp_ms),
    key: bytesOf(row.key),
    value: bytesOf(row.value),
    headers: decodeHeaders(bytesOf(row.headers)),
  }
}

function bytesOf(column: unknown): Uint8Array | null {
  return column instanceof Uint8Array ? column : null
}
