// One batch of the outbox on its way: unsent rows in the order of their ids, marked once they lie.
import { diagnostics } from '../diagnostics.ts'
import type { EventLog, NewRecord } from '../log/log.ts'
import type { Sql } from '../postgres/sql.ts'

const BATCH_ROWS_MAX = 1_000
/** How long sent rows stay, so that they can be published again. */
const SENT_RETENTION_MS = 7 * 24 * 3_600_000
const PURGE_ROWS_MAX = 5_000

interface Row {
  readonly id: number
  readonly topic: string
  readonly key: Uint8Array
  readonly event_type: string
  readonly value: Uint8Array
  readonly headers: readonly [string, string][]
}

const encoder = new TextEncoder()

/**
 * Answers how many rows were sent. Throws the log's reason when it refused one; those behind it in
 * its partition stay unsent as well, so no key gets out of its order.
 */
export async function sendBatch(sql: Sql, log: EventLog): Promise<number> {
  const rows = await sql.query<Row>(
    `select id, topic, key, event_type, value, headers from outbox
     where sent_at is null order by id limit $1`,
    [BATCH_ROWS_MAX],
  )
  if (rows.length === 0) return 0
  const results = await log.append(rows.map(recordOf))
  const sent = rows.filter((_, at) => results[at]?.ok)
  await markSent(sql, sent)
  for (const result of results) if (!result.ok) throw result.error
  return sent.length
}

/** Deletes one bounded batch of what was sent long ago; answers whether there may be more. */
export async function purgeSent(sql: Sql, now: Date): Promise<boolean> {
  const deleted = await sql.query(
    `delete from outbox where id in (
       select id from outbox where sent_at < $1 order by sent_at limit $2) returning 1`,
    [new Date(now.getTime() - SENT_RETENTION_MS), PURGE_ROWS_MAX],
  )
  return deleted.length === PURGE_ROWS_MAX
}

async function markSent(sql: Sql, rows: readonly Row[]): Promise<void> {
  await sql.query('update outbox set sent_at = clock_timestamp() where id = any($1::bigint[])', [
    rows.map((row) => row.id),
  ])
  for (const { topic, event_type: type } of rows) diagnostics.published.publish({ topic, type })
}

function recordOf(row: Row): NewRecord {
  return {
    topic: row.topic,
    key: row.key,
    value: row.value,
    headers: row.headers.map(([name, text]) => [name, encoder.encode(text)] as const),
  }
}
