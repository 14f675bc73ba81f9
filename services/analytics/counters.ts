// The counters that events move: the ones that are read, or those of a rebuild beside them.
import type { Sql } from 'sosik/postgres'
import { hourOf, minuteOf, shardOf } from './analytics.ts'

export interface Counted {
  readonly event: string
  /** RFC 3339 in UTC, from the event's data. */
  readonly at: string
  readonly kind?: string
  /** Whom or what the event is about; spreads the counter over its shards. */
  readonly id: number
  /** The room that it is counted in, too. */
  readonly roomId?: number
}

export interface Counters {
  add(tx: Sql, counted: readonly Counted[]): Promise<void>
  /**
   * Takes over a status unless a later one is known. What comes twice, or late from another
   * partition, changes nothing: a change belongs to the minute in which it happened.
   */
  keepStatus(tx: Sql, userId: number, isOnline: boolean, at: string): Promise<void>
}

export const counters = countersIn('')
export const countersNext = countersIn('_next')

/** `suffix` of the tables' names. */
function countersIn(suffix: '' | '_next'): Counters {
  // Each counter once, and in one order: others move the same ones.
  const add = `
    with counted as (
      insert into analytics_count${suffix} as counter (event, hour, kind, shard, count)
      select event, hour, kind, shard, count(*)
      from unnest($1::text[], $2::timestamptz[], $3::text[], $4::smallint[])
        as one (event, hour, kind, shard)
      group by event, hour, kind, shard order by event, hour, kind, shard
      on conflict (event, hour, kind, shard) do update set count = counter.count + excluded.count),
    said as (
      select hour, room_id, count(*) as messages
      from unnest($2::timestamptz[], $5::bigint[]) as one (hour, room_id)
      where room_id is not null group by hour, room_id),
    of_hour as (
      insert into analytics_room_hour${suffix} as room (hour, room_id, messages)
      select hour, room_id, messages from said order by hour, room_id
      on conflict (hour, room_id) do update set messages = room.messages + excluded.messages)
    insert into analytics_room${suffix} as room (room_id, messages)
    select room_id, sum(messages) from said group by room_id order by room_id
    on conflict (room_id) do update set messages = room.messages + excluded.messages`
  const keepStatus = `
    with kept as (
      insert into analytics_presence${suffix} as known (user_id, is_online, was_online, changed_at)
      values ($1, $2, false, $3)
      on conflict (user_id) do update set is_online = excluded.is_online,
        was_online = known.is_online, changed_at = excluded.changed_at
      where excluded.changed_at >= known.changed_at
      returning is_online::int - was_online::int as change)
    insert into analytics_online${suffix} as minute (minute, change, rise)
    select $4::timestamptz, change, greatest(change, 0) from kept where change <> 0
    on conflict (minute) do update set change = minute.change + excluded.change,
      rise = greatest(minute.rise, minute.change + excluded.change)`
  return {
    async add(tx, counted) {
      await tx.query(add, [
        counted.map(({ event }) => event),
        counted.map(({ at }) => hourOf(at)),
        counted.map(({ kind = '' }) => kind),
        counted.map(({ id }) => shardOf(id)),
        counted.map(({ roomId }) => roomId ?? null),
      ])
    },
    async keepStatus(tx, userId, isOnline, at) {
      await tx.query(keepStatus, [userId, isOnline, at, minuteOf(at)])
    },
  }
}
