// The SQL of what people and monitors ask an outbox for.
import { FIRST_IS_DISCARDED, IN_SIGHT, isHeld, lettingGo } from './statements.ts'

const counted = (rows: string) => `(select count(*) from (select 1 from ${rows} limit $1) as rows)`

/** `$1` rows to count at most: each part reads no more of an index than that. */
export const STATUS = `
  with first as (
    select created_at, ${isHeld('outbox')} as held from outbox
    where ${IN_SIGHT} order by id limit $1)
  select count(*) filter (where not held) as unsent,
    least($1, count(*) filter (where held)
      + ${counted('outbox where is_set_aside')}) as held_rows,
    (extract(epoch from clock_timestamp() - min(created_at) filter (where not held)) * 1000)::float8
      as oldest_ms,
    ${counted('outbox_hold')} as held_keys,
    ${counted('outbox_hold where until is null')} as parked_keys,
    (select count(*) from outbox_relay where until > clock_timestamp()) as relays
  from first`

export const LAST_ERROR = `
  select * from (
    (select error_code, error, refused_at as at from outbox_hold order by refused_at desc limit 1)
    union all
    select error_code, error, failed_at from outbox_relay where failed_at is not null) as errors
  order by at desc limit 1`

export const BUCKETS = `
  select bucket, fence, owner,
    (extract(epoch from until - clock_timestamp()) * 1000)::float8 as "leftMs"
  from outbox_lease order by bucket`

/** The parameters from `$at` on: row, topic, key, error code, whether it is parked. */
const selected = (at: number) => `
  ($${at}::bigint is null or row_id = $${at}) and ($${at + 1}::text is null or topic = $${at + 1})
  and ($${at + 2}::bytea is null or md5(key) = md5($${at + 2}))
  and ($${at + 3}::text is null or error_code = $${at + 3})
  and ($${at + 4}::boolean is null or (until is null) = $${at + 4})`

/** `$1` to `$5` selection, `$6` keys, `$7` rows to count at most. */
export const HELD = `
  with page as (
    select * from outbox_hold where ${selected(1)} order by held_at, row_id limit $6),
  behind as (
    select row_id, count(*) as waiting from (
      (select lane, topic, key from outbox where ${IN_SIGHT} order by id limit $7)
      union all
      (select lane, topic, key from outbox where is_set_aside
         and (topic, md5(key)) in (select topic, md5(key) from page) limit $7)) as rows
    join page using (lane, topic, key) group by row_id)
  select page.topic, page.key, row_id, event_id, event_type, attempts, error_code, error, held_at,
    refused_at, until is null as parked, least($7, coalesce(waiting, 0)) as waiting
  from page join outbox on id = row_id left join behind using (row_id)
  order by held_at, row_id`

const noteDone = (id: string) => `
  noted as (
    update outbox_action set done = done + (select count(*) from done)::int where id = ${id})`

/**
 * `$1` to `$5` selection, `$6` keys, `$7` action. Not what was held after the action had begun: a
 * key that is let go may be refused again at once.
 */
export const RELEASE = `
  with ${lettingGo(
    `select row_id from outbox_hold
     where ${selected(1)} and held_at <= (select begun_at from outbox_action where id = $7)
     order by held_at, row_id limit $6`,
    '',
  )},
  done as (select 1 from freed),
  ${noteDone('$7')}
  select (select count(*) from done) as keys, (select count(*) from looked) as looked`

/** `$1` row, `$2` action. */
export const DISCARD = `
  with ${lettingGo('select $1::bigint', FIRST_IS_DISCARDED)},
  done as (select 1 from back where is_first),
  ${noteDone('$2')}
  select 1 from done`

/** `$1` id, `$2` action, `$3` who, `$4` when, `$5` selection. */
export const REMEMBER = `
  insert into outbox_action (id, action, requested_by, requested_at, selection)
  values ($1, $2, $3, $4, $5::jsonb)`

export const ACTIONS = 'select * from outbox_action order by requested_at desc, id desc limit $1'

/** `$1` and `$2` times, `$3` and `$4` ids, `$5` topic. */
const SENT_THEN = `
  sent_at is not null and not is_discarded
  and ($1::timestamptz is null or sent_at >= $1) and ($2::timestamptz is null or sent_at < $2)
  and ($3::bigint is null or id >= $3) and ($4::bigint is null or id < $4)
  and ($5::text is null or topic = $5)`

export const COUNT_SENT = `select count(*) from outbox where ${SENT_THEN}`

/**
 * As above, then `$6` and `$7` slice, `$8` action. A key is whole in its slice, so none of its rows
 * is sent again before an earlier one.
 */
export const REPUBLISH = `
  with done as (
    update outbox set sent_at = null
    where ${SENT_THEN} and (lane & 2147483647) % $7 = $6 returning 1),
  ${noteDone('$8')}
  select count(*) from done`
