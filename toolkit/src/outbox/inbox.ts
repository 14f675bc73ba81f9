// An event's effect happens once per group: its row stands in the effect's own transaction.
import { createHash } from 'node:crypto'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { DEAD_LETTER_RETENTION_MS } from '../catalogue/topic.ts'
import type { DomainEvent } from '../envelope/envelope.ts'
import type { Sql } from '../postgres/sql.ts'

const PURGE_ROWS_MAX = 5_000

/** `new` to the group, `seen` by it before, or in `conflict`: seen with other data. */
export type InboxAnswer = 'new' | 'seen' | 'conflict'

// In the order of the ids: two transactions with the same events cannot deadlock.
export const INBOX_ADD = `
  insert into inbox (consumer_group, event_id, payload_hash)
  select $1, event_id, payload_hash
  from unnest($2::text[], $3::bytea[]) as given (event_id, payload_hash)
  order by event_id
  on conflict do nothing returning event_id`

// An event that was given up stands there without a hash: whatever it held, it is not wanted.
export const INBOX_SEEN = `
  select event_id from inbox
  join unnest($2::text[], $3::bytea[]) as given (event_id, payload_hash) using (event_id)
  where consumer_group = $1 and inbox.payload_hash in (given.payload_hash, '')`

/** Answers event by event, each id once; a new event's row becomes durable with its effect. */
export async function inboxAdd(
  tx: Sql,
  group: string,
  events: readonly Pick<DomainEvent, 'id' | 'type' | 'data'>[],
): Promise<InboxAnswer[]> {
  const ids = events.map(({ id }) => id)
  const values = [group, ids, events.map(payloadHash)]
  const added = await idsOf(tx, INBOX_ADD, values)
  if (added.size === events.length) return events.map(() => 'new')
  // A statement of its own: it sees what another transaction has committed while we waited for it.
  const seen = await idsOf(tx, INBOX_SEEN, values)
  return ids.map((id) => {
    if (added.has(id)) return 'new'
    return seen.has(id) ? 'seen' : 'conflict'
  })
}

/** What the inbox says of an event. */
export interface InboxEntry {
  readonly handledAtMs: number
  /** Discarded by hand: its effect is not wanted, and never was. */
  readonly isGivenUp: boolean
}

/** By event id; without those that the group has neither handled nor given up. */
export async function readInbox(
  sql: Sql,
  group: string,
  eventIds: readonly string[],
): Promise<ReadonlyMap<string, InboxEntry>> {
  const rows = await sql.query<{ event_id: string; handled_at: Date; given_up: boolean }>(
    `select event_id, handled_at, payload_hash = '' as given_up from inbox
     where consumer_group = $1 and event_id = any($2::text[])`,
    [group, eventIds],
  )
  return new Map(
    rows.map(({ event_id, handled_at, given_up }) => [
      event_id,
      { handledAtMs: handled_at.getTime(), isGivenUp: given_up },
    ]),
  )
}

function payloadHash({ type, data }: Pick<DomainEvent, 'type' | 'data'>): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([type, data]))
    .digest()
}

async function idsOf(sql: Sql, text: string, values: readonly unknown[]): Promise<Set<string>> {
  const rows = await sql.query<{ event_id: string }>(text, values)
  return new Set(rows.map((row) => row.event_id))
}

/**
 * As long as an event can come again: as a record, and after that as a dead letter. Infinite when
 * a topic keeps its records for ever, which Kafka writes as a negative number.
 */
export function inboxRetentionMs({ topics }: Pick<Catalogue, 'topics'>): number {
  const retentions = topics.map(({ retentionMs }) => (retentionMs < 0 ? Infinity : retentionMs))
  return Math.max(0, ...retentions) + DEAD_LETTER_RETENTION_MS
}

// By the rows' places, found in the order of the index on the time: by their keys the planner joins
// with the whole table. Nothing ever moves an inbox row, so a place stays its own.
const PURGE = `
  delete from inbox where ctid = any (array(
    select ctid from inbox where handled_at < $1 order by handled_at limit $2))
  returning 1`

/** Deletes one bounded batch of what is too old; answers whether there may be more. */
export async function inboxPurge(sql: Sql, nowMs: number, retentionMs: number): Promise<boolean> {
  if (!Number.isFinite(retentionMs)) return false
  const rows = await sql.query(PURGE, [new Date(nowMs - retentionMs), PURGE_ROWS_MAX])
  return rows.length === PURGE_ROWS_MAX
}
