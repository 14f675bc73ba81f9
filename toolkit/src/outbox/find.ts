// Looks one key's rows up by when they were written: for what is asked so seldom is no index.
import type { Sql } from '../postgres/sql.ts'

/** What was written for one key, from the one instant to the other. */
export interface WrittenQuery {
  readonly topic: string
  readonly key: Uint8Array
  readonly eventType: string
  readonly fromMs: number
  readonly toMs: number
}

export interface WrittenRow {
  readonly id: number
  readonly eventId: string
  readonly value: Uint8Array
  readonly createdAtMs: number
  /** Null while it waits. */
  readonly sentAtMs: number | null
  /** Taken out by hand, and not sent. */
  readonly isDiscarded: boolean
}

/** What a key waits for: its first unsent row, which the log has refused. */
export interface KeyHold {
  readonly rowId: number
  readonly attempts: number
  readonly errorCode: string
  /** Not tried again until somebody releases or discards it. */
  readonly isParked: boolean
}

export interface WrittenRows {
  /** By id, and no more than `ROWS_MAX`. */
  readonly rows: readonly WrittenRow[]
  readonly hold: KeyHold | undefined
}

const ROWS_MAX = 1_000
/** Ids rise with the time of writing but for rows that are written at the same moment. */
const DISORDER_MS = 5_000

/** Rows of that time are found by a binary search of their ids; sent ones until they are purged. */
export async function outboxWritten(sql: Sql, query: WrittenQuery): Promise<WrittenRows> {
  const [from, to] = [
    await firstIdFrom(sql, query.fromMs - DISORDER_MS),
    await firstIdFrom(sql, query.toMs + DISORDER_MS),
  ]
  const key = [query.topic, query.key]
  const rows = await sql.query<RowOfTable>(
    `select id, event_id, value, created_at, sent_at, is_discarded from outbox
     where id >= $3 and id < $4 and topic = $1 and key = $2 and event_type = $5
     order by id limit $6`,
    [...key, from, to, query.eventType, ROWS_MAX],
  )
  const [hold] = await sql.query<KeyHold>(
    `select row_id as "rowId", attempts, error_code as "errorCode", until is null as "isParked"
     from outbox_hold where topic = $1 and md5(key) = md5($2::bytea)`,
    key,
  )
  return { rows: rows.map(rowOf), hold }
}

interface RowOfTable {
  readonly id: number
  readonly event_id: string
  readonly value: Uint8Array
  readonly created_at: Date
  readonly sent_at: Date | null
  readonly is_discarded: boolean
}

const rowOf = (row: RowOfTable): WrittenRow => ({
  id: row.id,
  eventId: row.event_id,
  value: row.value,
  createdAtMs: row.created_at.getTime(),
  sentAtMs: row.sent_at?.getTime() ?? null,
  isDiscarded: row.is_discarded,
})

/** The id of the first row that was written then or later; beyond the last one when none was. */
async function firstIdFrom(sql: Sql, timeMs: number): Promise<number> {
  const [bounds] = await sql.query<{ low: number | null; high: number | null }>(
    'select min(id) as low, max(id) + 1 as high from outbox',
  )
  let [low, high] = [bounds?.low ?? 0, bounds?.high ?? 0]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const [row] = await sql.query<{ id: number; created_at: Date }>(
      'select id, created_at from outbox where id >= $1 order by id limit 1',
      [middle],
    )
    if (row === undefined || row.created_at.getTime() >= timeMs) high = middle
    else low = row.id + 1
  }
  return low
}
