// An event's effect happens once per group: its row stands in the effect's own transaction.
import { createHash } from 'node:crypto'
import type { DomainEvent } from '../envelope/envelope.ts'
import { PayloadConflictError } from '../errors.ts'
import type { Sql } from '../postgres/sql.ts'

/** At least the topic's retention and the dead letters' together, so that no redrive is new. */
const INBOX_RETENTION_MS = 37 * 24 * 3_600_000
const PURGE_ROWS_MAX = 5_000

/**
 * True when the group has not handled the event yet; the row becomes durable with the effect.
 * Throws `PayloadConflictError` when the id was handled before with other data.
 */
export async function inboxAdd(
  tx: Sql,
  group: string,
  event: Pick<DomainEvent, 'id' | 'type' | 'data'>,
): Promise<boolean> {
  const hash = createHash('sha256')
    .update(JSON.stringify([event.type, event.data]))
    .digest()
  const added = await tx.query(
    `insert into inbox (consumer_group, event_id, payload_hash) values ($1, $2, $3)
     on conflict do nothing returning 1 as added`,
    [group, event.id, hash],
  )
  if (added.length === 1) return true
  const same = await tx.query(
    'select 1 from inbox where consumer_group = $1 and event_id = $2 and payload_hash = $3',
    [group, event.id, hash],
  )
  if (same.length === 0) throw new PayloadConflictError(`Event ${event.id}, group ${group}.`)
  return false
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
