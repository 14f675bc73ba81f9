// The statements of the index of dead letters: every step is one of them.

const COLUMNS_THAT_CHANGE = `
  key dead_letter_offset event_id event_type error_code error failed_at parked_at parks redrives
  starts
  state ending next_letter followed_to owner run_id due_at ended_at`
  .trim()
  .split(/\s+/)
const setFrom = (source: string) =>
  COLUMNS_THAT_CHANGE.map((name) => `${name} = ${source}.${name}`).join(', ')

const changesOf = (source: string) =>
  COLUMNS_THAT_CHANGE.map((name) => `${source}.${name}`).join(', ')

const rowFrom = (parameter: string) =>
  `jsonb_populate_record(null::dead_letter, ${parameter}::jsonb)`

// What stands there unended stays as it is: its followers lie behind the letter that it names.
const ON_CONFLICT = `
  on conflict (consumer_group, topic, partition, original_offset) do update
  set ${setFrom('excluded')} where dead_letter.ended_at is not null`

export const CLAIM = `
  with claimed as (
    update dead_letter set owner = $4
    where consumer_group = $1 and ended_at is null
      and (topic, partition) in (select * from unnest($2::text[], $3::int[]))
    returning *)
  select * from claimed order by topic, partition, original_offset`

export const ADD = `
  with given as (
    select given.* from ${rowFrom('$1')} as given
    where not ($2 and exists (
      select 1 from inbox
      where inbox.consumer_group = given.consumer_group and inbox.event_id = given.event_id))),
  added as (insert into dead_letter select * from given ${ON_CONFLICT})
  select 1 from given`

const SAME_KEY = `
  other.consumer_group = letter.consumer_group and other.topic = letter.topic
  and other.partition = letter.partition and other.ended_at is null and other.parks
  and coalesce(md5(other.key), '') = coalesce(md5(letter.key), '')
  and other.key is not distinct from letter.key`

export const REQUESTED = `
  select letter.*, (
    select min(other.original_offset) from dead_letter as other
    where ${SAME_KEY} and other.original_offset > letter.original_offset) as next_offset
  from dead_letter as letter
  where consumer_group = $1 and state in ('redriving', 'discarding', 'following') and due_at <= $4
    and (topic, partition) in (select * from unnest($2::text[], $3::int[]))
    and not (parks and exists (
      select 1 from dead_letter as other
      where ${SAME_KEY} and other.original_offset < letter.original_offset))
  order by topic, partition, original_offset limit $5`

// Asked again after its answer was lost, it is as it should be, and changes and counts nothing.
// A discarded event stands in the inbox: it may lie in the log once more, behind its dead letter.
export const MOVE = `
  with moved as (
    update dead_letter as letter set ${setFrom('next')} from ${rowFrom('$1')} as next
    where letter.consumer_group = next.consumer_group and letter.topic = next.topic
      and letter.partition = next.partition and letter.original_offset = next.original_offset
      and letter.owner = next.owner and letter.state = $2
      and (${changesOf('letter')}) is distinct from (${changesOf('next')})
    returning letter.*),
  counted as (
    update redrive_run set succeeded = succeeded + $3, failed = failed + $4,
      followers = followers + $5
    from moved where redrive_run.id = moved.run_id),
  given_up as (
    insert into inbox (consumer_group, event_id, payload_hash)
    select consumer_group, event_id, '' from moved
    where $2 = 'discarding' and state <> 'discarding'
    on conflict do nothing),
  added as (
    insert into dead_letter
    select successor.* from moved, ${rowFrom('$6')} as successor where $6::jsonb is not null
    ${ON_CONFLICT})
  select 1 from moved
  union all
  select 1 from dead_letter as letter, ${rowFrom('$1')} as next
  where letter.consumer_group = next.consumer_group and letter.topic = next.topic
    and letter.partition = next.partition and letter.original_offset = next.original_offset
    and (${changesOf('letter')}) is not distinct from (${changesOf('next')})`

/** `$1` to `$13` say what is found. */
export const FOUND = `
  from dead_letter
  where consumer_group = $1 and state = any($2::text[])
    and ($3::text is null or event_type = $3)
    and (not $4::boolean or key is not distinct from $5::bytea)
    and ($6::text is null or error_code = $6)
    and ($7::timestamptz is null or failed_at >= $7)
    and ($8::timestamptz is null or failed_at < $8)
    and ($9::text is null or event_id = $9)
    and ($10::text is null or topic = $10)
    and ($11::int is null or partition = $11)
    and ($12::bigint is null or original_offset = $12)
  order by topic, partition, original_offset limit $13`

export const REQUEST = `
  with found as (select topic, partition, original_offset ${FOUND} for update),
  numbered as (
    select *, row_number() over (order by topic, partition, original_offset) - 1 as at from found),
  marked as (
    update dead_letter as letter
    set state = $14, run_id = $15, starts = 0,
      due_at = $16::timestamptz + floor(at * 1000 / $17::double precision) * interval '1 ms'
    from numbered
    where letter.consumer_group = $1 and letter.topic = numbered.topic
      and letter.partition = numbered.partition
      and letter.original_offset = numbered.original_offset
    returning 1)
  insert into redrive_run (id, consumer_group, action, requested_by, requested_at, selection,
    quarantined, cap, rate_per_second, selected)
  values ($15, $1, $18, $19, $16, $20::jsonb, $21, $22, $17, (select count(*) from marked))
  returning selected`

const RUN = `
  select run.*, (
    select count(*) from dead_letter as letter
    where letter.consumer_group = run.consumer_group and letter.run_id = run.id
      and letter.state in ('redriving', 'discarding', 'following')) as unfinished
  from redrive_run as run`

export const RUN_OF_ID = `${RUN} where id = $1`

export const RUNS = `${RUN} where consumer_group = $1 order by requested_at desc, id desc limit $2`

export const SUMMARY = `
  select consumer_group, count(*) as unended, min(parked_at) filter (where parks) as parked_at,
    count(distinct (topic, partition, coalesce(md5(key), ''))) filter (where parks) as parked_keys,
    min(failed_at) filter (where state = 'open') as open_at
  from dead_letter where ended_at is null group by consumer_group`

export const PURGE = `
  delete from dead_letter where (consumer_group, topic, partition, original_offset) in (
    select consumer_group, topic, partition, original_offset
    from dead_letter where ended_at < $1 limit $2)
  returning 1`
