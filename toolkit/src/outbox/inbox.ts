// An event's effect happens once per group: its row stands in the effect's own transaction.
import type { Sql } from '../postgres/sql.ts'

/** At least the topic's retention and the dead letters' together, so that no redrive is new. */
const INBOX_RETENTION_MS = 37 * 24 * 3_600_000
const PURGE_ROWS_MAX = 5_000

/** True when the group has not handled the event yet; the row becomes durable with the effect. */
export async function inboxAdd(tx: Sql, group: string, eventId: string): Promise<boolean> {
  const rows = await tx.query(
    `insert into inbox (consumer_group, event_id) values ($1, $2)
     on conflict do nothing returning 1 as added`,
    [group, eventId],
  )
  return rows.length === 1
}

/** Deletes one bounded batch of what is too old; answers whether there may be more. */
export async function inboxPurge(sql: Sql, now: Date): Promise<boolean> {
  const rows = await sql.query(
    `delete from inbox where (consumer_group, event_id) in (
       select consumer_group, event_id from inbox where handled_at < $1 limit $2) returning 1`,
    [new Date(now.getTime() - INBOX_RETENTION_MS), PURGE_ROWS_MAX],
  )
  return rows.length === PURGE_ROWS_MAX
}
