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
}

export interface Counters {
  count(tx: Sql, one: Counted): Promise<void>
  /** Counts a message by hour and type, and in its room: `id` is the room's. */
  countMessage(tx: Sql, one: Counted): Promise<void>
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
  const count = `
    insert into analytics_count${suffix} as counter (event, hour, kind, shard, count)
    values ($1, $2, $3, $4, 1)
    on conflict (event, hour, kind, shard) do update set count = counter.count + 1`
  const countMessage = `
    with counted as (${count}),
    of_hour as (
      insert into analytics_room_hour${suffix} as room (hour, room_id, messages)
      values ($2, $5, 1)
      on conflict (hour, room_id) do update set messages = room.messages + 1)
    insert into analytics_room${suffix} as room (room_id, messages) values ($5, 1)
    on conflict (room_id) do update set messages = room.messages + 1`
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
    async count(tx, one) {
      await tx.query(count, valuesOf(one))
    },
    async countMessage(tx, one) {
      await tx.query(countMessage, [...valuesOf(one), one.id])
    },
    async keepStatus(tx, userId, isOnline, at) {
      await tx.query(keepStatus, [userId, isOnline, at, minuteOf(at)])
    },
  }
}

function valuesOf({ event, at, kind = '', id }: Counted): unknown[] {
  return [event, hourOf(at), kind, shardOf(id)]
}
