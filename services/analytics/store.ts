// Analytics' own tables: counters by hour, messages by room, who is online.
import type { Sql } from 'sosik/postgres'
import { type Count, hourOf, minuteOf, type Report, shardOf } from './analytics.ts'

const HOURS_MAX = 48
const ROOMS_MAX = 20

const COUNT = `
  insert into analytics_count as counter (event, hour, kind, shard, count)
  values ($1, $2, $3, $4, 1)
  on conflict (event, hour, kind, shard) do update set count = counter.count + 1`

export interface Counted {
  readonly event: string
  /** RFC 3339 in UTC, from the event's data. */
  readonly at: string
  readonly kind?: string
  /** Whom or what the event is about; spreads the counter over its shards. */
  readonly id: number
}

export async function count(tx: Sql, one: Counted): Promise<void> {
  await tx.query(COUNT, countValues(one))
}

/** Counts a message by hour and type, and in its room: `id` is the room's. */
export async function countMessage(tx: Sql, one: Counted): Promise<void> {
  await tx.query(
    `with counted as (${COUNT})
     insert into analytics_room as room (room_id, messages) values ($5, 1)
     on conflict (room_id) do update set messages = room.messages + 1`,
    [...countValues(one), one.id],
  )
}

function countValues({ event, at, kind = '', id }: Counted): unknown[] {
  return [event, hourOf(at), kind, shardOf(id)]
}

/**
 * Takes over a status unless a later one is known. What comes twice, or late from another
 * partition, changes nothing: a change belongs to the minute in which it happened.
 */
export async function keepStatus(
  tx: Sql,
  userId: number,
  isOnline: boolean,
  at: string,
): Promise<void> {
  await tx.query(
    `with kept as (
       insert into analytics_presence as known (user_id, is_online, was_online, changed_at)
       values ($1, $2, false, $3)
       on conflict (user_id) do update set is_online = excluded.is_online,
         was_online = known.is_online, changed_at = excluded.changed_at
       where excluded.changed_at >= known.changed_at
       returning is_online::int - was_online::int as change)
     insert into analytics_online as minute (minute, change, rise)
     select $4::timestamptz, change, greatest(change, 0) from kept where change <> 0
     on conflict (minute) do update set change = minute.change + excluded.change,
       rise = greatest(minute.rise, minute.change + excluded.change)`,
    [userId, isOnline, at, minuteOf(at)],
  )
}

export function readCounts(sql: Sql): Promise<Count[]> {
  return sql.query<Count>(
    `select event, kind, sum(count)::bigint as count from analytics_count
     group by event, kind order by event, kind`,
  )
}

/** The latest hours in which something was said, ascending. */
export async function readMessageHours(sql: Sql): Promise<Report['messages_by_hour']> {
  const rows = await sql.query<{ hour: Date; count: number }>(
    `select hour, sum(count)::bigint as count from analytics_count where event = 'MessageSent'
     group by hour order by hour desc limit $1`,
    [HOURS_MAX],
  )
  return rows.toReversed().map(({ hour, count }) => ({ hour: hour.toISOString(), count }))
}

/** The busiest first. */
export function readMessageRooms(sql: Sql): Promise<Report['messages_by_room']> {
  return sql.query(
    `select room_id, messages as count from analytics_room
     order by messages desc, room_id limit $1`,
    [ROOMS_MAX],
  )
}

/** How many people are online, and were at most. */
export async function readOnline(sql: Sql): Promise<Pick<Report, 'online' | 'online_peak'>> {
  const [row] = await sql.query<{ online: number; online_peak: number }>(
    `select coalesce(sum(change), 0)::bigint as online,
       coalesce(max(before + rise), 0)::bigint as online_peak
     from (select change, rise, sum(change) over (order by minute) - change as before
       from analytics_online) as minute`,
  )
  return row ?? { online: 0, online_peak: 0 }
}
