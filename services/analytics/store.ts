// Reads analytics' own tables: counters by hour, messages by room, who is online.
import type { Sql } from 'sosik/postgres'
import type { Count, Intervals, KindCount, Level, Report } from './analytics.ts'

const HOURS_MAX = 48
const ROOMS_MAX = 20
const MS_PER_SECOND = 1_000

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

/** The same of the hours that begin from the one instant on and before the other. */
export function readBusiest(
  sql: Sql,
  range: { readonly fromMs: number; readonly toMs: number },
  limit: number,
): Promise<Report['messages_by_room']> {
  return sql.query(
    `select room_id, sum(messages)::bigint as count from analytics_room_hour
     where hour >= $1 and hour < $2
     group by room_id order by count desc, room_id limit $3`,
    [new Date(range.fromMs), new Date(range.toMs), limit],
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

/** `$1` start, `$2` end, `$3` seconds of an interval; `time` is a column's name. */
const startOf = (time: string) => `date_bin($3 * interval '1 second', ${time}, $1::timestamptz)`

const valuesOf = ({ fromMs, stepMs, count }: Intervals) => [
  new Date(fromMs),
  new Date(fromMs + count * stepMs),
  stepMs / MS_PER_SECOND,
]

/** Of the intervals in which something was counted. */
export async function readKindCounts(
  sql: Sql,
  event: string,
  intervals: Intervals,
): Promise<KindCount[]> {
  const rows = await sql.query<{ at: Date; kind: string; count: number }>(
    `select ${startOf('hour')} as at, kind, sum(count)::bigint as count from analytics_count
     where event = $4 and hour >= $1 and hour < $2 group by at, kind order by at, kind`,
    [...valuesOf(intervals), event],
  )
  return rows.map(({ at, ...row }) => ({ ...row, atMs: at.getTime() }))
}

/** Of the intervals in which somebody came or went, and how many were online before the first. */
export async function readLevels(
  sql: Sql,
  intervals: Intervals,
): Promise<{ readonly before: number; readonly levels: Level[] }> {
  const rows = await sql.query<{ at: Date | null; before: number; peak: number; last: number }>(
    `with before as (
       select coalesce(sum(change), 0)::bigint as online from analytics_online where minute < $1),
     minutes as (
       select ${startOf('minute')} as at, minute, rise, change,
         (select online from before) + sum(change) over (order by minute) as online
       from analytics_online where minute >= $1 and minute < $2)
     select before.online as before, at, max(minutes.online - change + rise)::bigint as peak,
       (array_agg(minutes.online order by minute desc))[1]::bigint as last
     from before left join minutes on true group by before.online, at order by at`,
    valuesOf(intervals),
  )
  const levels = rows.flatMap(({ at, peak, last }) =>
    at === null ? [] : [{ atMs: at.getTime(), peak, last }],
  )
  return { before: rows[0]?.before ?? 0, levels }
}
