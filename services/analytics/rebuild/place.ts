// What was counted anew is compared with the counters, and takes their place.
import { messenger } from '@sosik/contract/catalogue'
import { userOnlineStatus } from '@sosik/contract/user'
import type { Transaction } from 'sosik/postgres'
import { COUNTED_EVENT } from '../analytics.ts'
import { type Reading, wholeHourMs } from './reading.ts'

/** Comes before every instant. */
const BEGINNING = '-infinity'
const NEVER = 'infinity'

/** From which hour on what was counted anew is whole; before it, what was counted stays. */
export interface Since {
  readonly events: readonly string[]
  /** RFC 3339, or as PostgreSQL says it from the beginning or never. */
  readonly hours: readonly string[]
  readonly messageHour: string
  /** Presence is a story that is told from its beginning, or not at all. */
  readonly isPresenceWhole: boolean
}

export function sinceOf({ wholeFromMs }: Pick<Reading, 'wholeFromMs'>): Since {
  const hourOf = (event: string) => {
    const fromMs = wholeFromMs.get(messenger.event(event)?.topic.name ?? '')
    if (fromMs === undefined) return BEGINNING
    return Number.isFinite(fromMs) ? new Date(wholeHourMs(fromMs)).toISOString() : NEVER
  }
  const events = Object.values(COUNTED_EVENT)
  return {
    events,
    hours: events.map(hourOf),
    messageHour: hourOf(COUNTED_EVENT.messages),
    isPresenceWhole: !wholeFromMs.has(userOnlineStatus.name),
  }
}

/** From here to the commit nobody else counts; what is counted waits, and reading goes on. */
export async function lockCounters(tx: Transaction): Promise<void> {
  await tx.query(
    `lock table analytics_count, analytics_room, analytics_room_hour, analytics_presence,
       analytics_online in share row exclusive mode`,
  )
}

/** `$1` events, `$2` their hours, `$3` the hour of messages, `$4` whether presence is whole. */
const DIFFERENCES = `
  with since as (
    select event, hour::timestamptz as whole_from
    from unnest($1::text[], $2::text[]) as one (event, hour)),
  old_count as (
    select event, hour, kind, sum(count) as count from analytics_count join since using (event)
    where hour >= whole_from group by event, hour, kind),
  new_count as (
    select event, hour, kind, sum(count) as count from analytics_count_next join since using (event)
    where hour >= whole_from group by event, hour, kind),
  old_room as (
    select * from analytics_room_hour where hour >= $3::text::timestamptz),
  new_room as (
    select * from analytics_room_hour_next where hour >= $3::text::timestamptz)
  select
    (select count(*) from old_count full join new_count using (event, hour, kind)
     where old_count.count is distinct from new_count.count)
    + (select count(*) from old_room full join new_room using (hour, room_id)
       where old_room.messages is distinct from new_room.messages)
    + (select count(*) from analytics_presence as old
       full join analytics_presence_next as new using (user_id)
       where $4 and old.is_online is distinct from new.is_online) as differences`

/** How many counters, rooms by hour, and statuses have another value than the log says. */
export async function countDifferences(tx: Transaction, since: Since): Promise<number> {
  const { events, hours, messageHour, isPresenceWhole } = since
  const values = [events, hours, messageHour, isPresenceWhole]
  const [row] = await tx.query<{ differences: number }>(DIFFERENCES, values)
  return row?.differences ?? 0
}

/** Puts what was counted anew into the counters' place. */
export async function takePlace(tx: Transaction, since: Since): Promise<void> {
  const given = `
    with since as (
      select event, hour::timestamptz as whole_from
      from unnest($1::text[], $2::text[]) as one (event, hour))`
  const counted = [since.events, since.hours]
  await tx.query(
    `${given} delete from analytics_count as old using since
     where old.event = since.event and old.hour >= whole_from`,
    counted,
  )
  await tx.query(
    `${given} insert into analytics_count (event, hour, kind, shard, count)
     select event, hour, kind, shard, count from analytics_count_next join since using (event)
     where hour >= whole_from`,
    counted,
  )
  const hour = [since.messageHour]
  await tx.query(`delete from analytics_room_hour where hour >= $1::text::timestamptz`, hour)
  await tx.query(
    `insert into analytics_room_hour
     select * from analytics_room_hour_next where hour >= $1::text::timestamptz`,
    hour,
  )
  // A room's total is of all time: only a log that holds all time can say it.
  if (since.messageHour === BEGINNING) await replaceTables(tx, ['room'])
  if (since.isPresenceWhole) await replaceTables(tx, ['presence', 'online'])
}

async function replaceTables(tx: Transaction, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await tx.query(`delete from analytics_${name}`)
    await tx.query(`insert into analytics_${name} select * from analytics_${name}_next`)
  }
}
