// The SQL of the outbox's store: one statement a step, so a stopped relay holds no lock.

/** `$1` owner, `$2` milliseconds of a lease, `$3` and `$4` code and sentence of a failure. */
export const LEASE_VIEW = `
  with alive as (
    insert into outbox_relay as relay (owner, until, error_code, error, failed_at)
    values ($1, clock_timestamp() + $2 * interval '1 ms', $3::text, $4::text,
      case when $3::text is not null then clock_timestamp() end)
    on conflict (owner) do update set until = excluded.until,
      error_code = coalesce(excluded.error_code, relay.error_code),
      error = coalesce(excluded.error, relay.error),
      failed_at = coalesce(excluded.failed_at, relay.failed_at)),
  forgotten as (delete from outbox_relay where until < clock_timestamp() - interval '1 minute')
  select bucket, owner, until < clock_timestamp() as expired,
    array(select owner from outbox_relay where until > clock_timestamp() and owner <> $1) as others
  from outbox_lease order by bucket`

/** `$1` owner, `$2` milliseconds, then the buckets to keep, to take and to give up. */
export const LEASE = `
  with given as (
    update outbox_lease set owner = null where owner = $1 and bucket = any($5::int[])),
  chosen as (
    select bucket from outbox_lease
    where owner = $1 and bucket = any($3::int[])
      or bucket = any($4::int[]) and (owner is null or until < clock_timestamp())
    for update skip locked)
  update outbox_lease as lease
  set owner = $1, until = clock_timestamp() + $2 * interval '1 ms',
    fence = fence + case when owner = $1 then 0 else 1 end
  from chosen where lease.bucket = chosen.bucket
  returning lease.bucket, fence`

export const LEAVE = `
  with gone as (delete from outbox_relay where owner = $1)
  update outbox_lease set owner = null where owner = $1`

/** Buckets whose lease, in the parameters from `$at` on, is still as given; asked once. */
const leased = (at: number) => `
  any (array(
    select bucket from unnest($${at}::int[], $${at + 1}::bigint[]) as mine (bucket, fence)
    join outbox_lease using (bucket, fence)))`

const COLUMNS = 'id, lane, topic, key, event_id, event_type, value, headers'

/** The lane is asked first: it costs next to nothing while no key of it is held. */
export const isHeld = (row: string) => `
  (${row}.lane in (select lane from outbox_hold)
    and exists (select 1 from outbox_hold as hold
      where hold.topic = ${row}.topic and md5(hold.key) = md5(${row}.key)))`

/** `rows` as far as their values' sum is within `$bytes`; the first one in any case. */
const within = (bytes: number, columns: string, rows: string) => `
  select ${columns} from (
    select *, sum(octet_length(value)) over (order by id) - octet_length(value) as bytes_before
    from (${rows}) as these) as sized
  where bytes_before = 0 or bytes_before + octet_length(value) <= $${bytes} order by id`

/** What a relay looks through: the rows of the partial index. */
export const IN_SIGHT = 'sent_at is null and not is_set_aside'

// The busy lanes are a subquery: that is hashed in any plan, and there may be thousands of both.
/** `$1` buckets, `$2` lanes that are busy, `$3` rows, `$4` bytes, `$5` rows to look at. */
export const UNSENT = within(
  4,
  COLUMNS,
  `select ${COLUMNS} from (
     select ${COLUMNS} from outbox
     where ${IN_SIGHT} and lane & 63 = any($1::int[]) order by id limit $5) as first
   where lane not in (select unnest($2::int[])) and not ${isHeld('first')}
   order by id limit $3`,
)

/** `$1` ids, `$2` and `$3` leases. */
export const MARK_SENT = `
  update outbox set sent_at = clock_timestamp()
  where id = any($1::bigint[]) and sent_at is null and lane & 63 = ${leased(2)}
  returning 1`

/**
 * `$1` and `$2` leases, `$3` rows, `$4` rows to look at. Each step leaves its trace in the hold:
 * who lets the key go meanwhile, and cannot have seen these rows, finds another hold than before.
 */
export const SET_ASIDE = `
  with behind as (
    select id, row_id from (
      select id, lane, topic, key from outbox
      where ${IN_SIGHT} and exists (select 1 from outbox_hold) and lane & 63 = ${leased(1)}
      order by id limit $4) as first
    join outbox_hold as hold
      on hold.lane = first.lane and hold.topic = first.topic and hold.key = first.key
    order by id limit $3),
  noted as (
    update outbox_hold set steps = steps + 1
    where row_id in (select row_id from behind) returning row_id)
  update outbox set is_set_aside = true
  from behind join noted using (row_id)
  where outbox.id = behind.id and sent_at is null
  returning 1`

/**
 * Lets the keys of `holds`, which are row ids, go: all that was set aside comes back in the same
 * step, and `first` is what becomes of the refused rows. A key of which more was set aside after
 * this step had begun stays held.
 */
export const lettingGo = (holds: string, first: string) => `
  looked as (select row_id, steps from outbox_hold where row_id in (${holds})),
  freed as (
    delete from outbox_hold as hold using looked
    where hold.row_id = looked.row_id and hold.steps = looked.steps
    returning hold.row_id, topic, key),
  coming as (
    select row_id as id, true as is_first from freed
    union
    select id, id = row_id from freed
    join outbox on is_set_aside
      and outbox.topic = freed.topic and md5(outbox.key) = md5(freed.key)),
  back as (
    update outbox set is_set_aside = false${first}
    from coming where outbox.id = coming.id and sent_at is null
    returning is_first)`

const FIRST_IS_SENT = ', sent_at = case when is_first then clock_timestamp() end'
export const FIRST_IS_DISCARDED = `${FIRST_IS_SENT}, is_discarded = is_first`

/** `$1` ids, `$2` codes, `$3` errors, `$4` and `$5` leases. */
export const HOLD = `
  insert into outbox_hold (row_id, lane, topic, key, attempts, error_code, error, until)
  select id, lane, topic, key, 0, error_code, error, clock_timestamp()
  from unnest($1::bigint[], $2::text[], $3::text[]) as refusal (id, error_code, error)
  join outbox using (id)
  where sent_at is null and lane & 63 = ${leased(4)}
  order by id on conflict do nothing`

/** `$1` and `$2` leases, `$3` busy lanes, `$4` rows, `$5` bytes, `$6` milliseconds. */
export const DUE = `
  with due as (
    ${within(
      5,
      'id',
      `select id, value from outbox_hold as hold join outbox on id = row_id
       where until <= clock_timestamp() and hold.lane <> all($3::int[])
         and hold.lane & 63 = ${leased(1)}
       order by id limit $4`,
    )}),
  counted as (
    update outbox_hold
    set attempts = attempts + 1, until = clock_timestamp() + $6 * interval '1 ms'
    from due where row_id = id
    returning row_id, attempts)
  select ${COLUMNS}, attempts from counted join outbox on id = row_id order by id`

/** `$1` id, `$2` and `$3` leases. */
export const SENT_HELD = `
  with ${lettingGo(
    `select row_id from outbox_hold where row_id = $1 and lane & 63 = ${leased(2)}`,
    FIRST_IS_SENT,
  )}
  select 1 from back`

/** `$1` id, `$2` code, `$3` error, `$4` milliseconds or null, `$5` and `$6` leases. */
export const REFUSED_HELD = `
  update outbox_hold
  set error_code = $2, error = $3, refused_at = clock_timestamp(),
    until = clock_timestamp() + $4::float8 * interval '1 ms'
  where row_id = $1 and lane & 63 = ${leased(5)}`

/** `$1` id, `$2` milliseconds, `$3` and `$4` leases. */
export const UNCOUNT_HELD = `
  update outbox_hold
  set attempts = attempts - 1, until = clock_timestamp() + $2 * interval '1 ms'
  where row_id = $1 and lane & 63 = ${leased(3)}`

// The array is made once, by the index on the time; as a subquery the planner may join with it.
/** `$1` time, `$2` rows. */
export const PURGE_SENT = `
  delete from outbox where id = any (array(
    select id from outbox where sent_at < $1 order by sent_at limit $2 for update skip locked))
  returning 1`
