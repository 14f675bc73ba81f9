// The tables of the last mile: a head and a dense line of events for each person and large room.
import type { Sql, Transaction } from 'sosik/postgres'
import { roomLine } from '../letters.ts'
import type { Cursor, Letter, NumberedNews } from './live.ts'

export type Told = Letter & NumberedNews

/** How long a line can be resumed; older events ask for a snapshot. */
export const EVENTS_RETENTION_MS = 14 * 24 * 3_600_000
const PURGE_ROWS_MAX = 5_000

/**
 * Appends each letter to its line, in their order. The head's row lock is held until the
 * commit, so a line's numbers become visible in their order; people are locked in the order of
 * their ids. Data that letters share goes to the server once.
 */
export async function appendLetters(
  tx: Transaction,
  letters: readonly Letter[],
): Promise<{ readonly epoch: string; readonly told: readonly Told[] }> {
  const bodies = [...new Set(letters.map((one) => one.data))]
  const placeOf = new Map(bodies.map((data, at) => [data, at + 1]))
  const counts = new Map<number, number>()
  const numbered = letters.map((one) => {
    const number = (counts.get(one.userId) ?? 0) + 1
    counts.set(one.userId, number)
    return { ...one, number }
  })
  const rows = await tx.query<{ epoch: string; user_id: number; before: number }>(
    `with heads as (
       insert into live_head (user_id, user_seq)
       select user_id, count from unnest($1::bigint[], $2::int[]) as person (user_id, count)
       order by user_id
       on conflict (user_id) do update set user_seq = live_head.user_seq + excluded.user_seq
       returning user_id, user_seq),
     starts as (
       select user_id, user_seq - count as before from heads
       join unnest($1::bigint[], $2::int[]) as person (user_id, count) using (user_id)),
     told as (
       insert into user_events (user_id, user_seq, type, title, data)
       select user_id, before + number, type, title, data from starts
       join unnest($3::bigint[], $4::int[], $5::text[], $6::text[], $7::int[])
         as letter (user_id, number, type, title, place) using (user_id)
       join unnest($8::jsonb[]) with ordinality as body (data, place) using (place))
     select epoch, user_id, before from live_epoch cross join starts`,
    [
      [...counts.keys()],
      [...counts.values()],
      numbered.map((one) => one.userId),
      numbered.map((one) => one.number),
      numbered.map((one) => one.type),
      numbered.map((one) => one.title),
      numbered.map((one) => placeOf.get(one.data)),
      bodies.map((data) => JSON.stringify(data)),
    ],
  )
  const beforeOf = new Map(rows.map((row) => [row.user_id, row.before]))
  const told = numbered.map(({ number, ...one }) => ({
    ...one,
    userSeq: (beforeOf.get(one.userId) ?? 0) + number,
  }))
  return { epoch: epochOf(rows), told }
}

/** Locks people's lines until the commit, in the order of their ids, and appends nothing. */
export async function holdLines(tx: Transaction, userIds: readonly number[]): Promise<void> {
  await tx.query(
    `insert into live_head (user_id, user_seq)
     select distinct user_id, 0 from unnest($1::bigint[]) as person (user_id) order by user_id
     on conflict (user_id) do update set user_seq = live_head.user_seq`,
    [userIds],
  )
}

const MESSAGE_ID = "coalesce(data->>'message_id', data->'room'->'last_message'->>'message_id')"

/** A place in the line of one epoch. */
export interface Place {
  readonly epoch: string
  readonly userId: number
  readonly userSeq: number
}

/**
 * Empties the content of every event that tells a message, or a room that it stood last in; answers
 * where they stand.
 */
export async function eraseText(tx: Transaction, messageId: string): Promise<Place[]> {
  return tx.query<Place>(
    `update user_events set data = case
       when data ? 'content' then jsonb_set(data, '{content}', '""')
       else jsonb_set(data, '{room,last_message,content}', '""', false) end
     where ${MESSAGE_ID} = $1
     returning user_id as "userId", user_seq as "userSeq", (select epoch from live_epoch) as epoch`,
    [messageId],
  )
}

/** What a person's line, or their large room's, tells of a message's sending. */
export interface ToldMessage {
  readonly userSeq: number
  /** Of the large room whose line tells it. */
  readonly roomId: number | undefined
  readonly type: string
  readonly atMs: number
  /** Nobody was alerted. */
  readonly isQuiet: boolean
}

/** Undefined when neither line tells it, or no longer. */
export async function findTold(
  sql: Sql,
  userId: number,
  roomId: number,
  messageId: string,
): Promise<ToldMessage | undefined> {
  const [row] = await sql.query<{
    user_id: number
    user_seq: number
    type: string
    created_at: Date
    quiet: boolean
  }>(
    `select user_id, user_seq, type, created_at, title = '' as quiet from user_events
     where ${MESSAGE_ID} = $2 and user_id = any($1::bigint[]) and type in ('message', 'own_message')
     order by user_id desc, user_seq limit 1`,
    [[userId, roomLine(roomId)], messageId],
  )
  if (row === undefined) return undefined
  const { user_seq: userSeq, type, created_at, quiet: isQuiet } = row
  const ofRoom = row.user_id === userId ? undefined : roomId
  return { userSeq, roomId: ofRoom, type, atMs: created_at.getTime(), isQuiet }
}

export async function readAfter(
  sql: Sql,
  userId: number,
  userSeq: number,
  limit: number,
): Promise<NumberedNews[]> {
  return sql.query<NumberedNews>(
    `select user_seq as "userSeq", type, title, data from user_events
     where user_id = $1 and user_seq > $2 order by user_seq limit $3`,
    [userId, userSeq, limit],
  )
}

/** The heads of people's lines; nought for who was never told anything. */
export interface Heads {
  /** Of all lines: a database that is made anew, or restored, has another. */
  readonly epoch: string
  readonly of: (userId: number) => number
}

export async function readHeads(sql: Sql, userIds: readonly number[]): Promise<Heads> {
  const rows = await sql.query<{ epoch: string; user_id: number | null; user_seq: number }>(
    `select epoch, user_id, user_seq from live_epoch
     left join live_head on user_id = any($1::bigint[])`,
    [userIds],
  )
  const heads = new Map(rows.map((row) => [row.user_id, row.user_seq]))
  return { epoch: epochOf(rows), of: (userId) => heads.get(userId) ?? 0 }
}

/** The head of a person's line, and of these rooms' lines. */
export function headOf({ epoch, of }: Heads, userId: number, roomIds: readonly number[]): Cursor {
  const head = { epoch, userSeq: of(userId) }
  if (roomIds.length === 0) return head
  return { ...head, rooms: new Map(roomIds.map((roomId) => [roomId, of(roomLine(roomId))])) }
}

function epochOf([first]: readonly { readonly epoch: string }[]): string {
  if (first === undefined) throw new Error('live_epoch is empty; the tables were not migrated')
  return first.epoch
}

/** Deletes one bounded batch of what is too old to be resumed; answers how many rows it was. */
export async function purgeEvents(sql: Sql, now: Date): Promise<number> {
  const rows = await sql.query(
    `delete from user_events where (user_id, user_seq) in (
       select user_id, user_seq from user_events where created_at < $1 limit $2) returning 1`,
    [new Date(now.getTime() - EVENTS_RETENTION_MS), PURGE_ROWS_MAX],
  )
  return rows.length
}
