-- The index of dead letters: one row for each event that a group failed for good.
create table if not exists dead_letter (
  consumer_group text not null,
  topic text not null,
  partition int not null,
  original_offset bigint not null,
  key bytea,
  dead_letter_offset bigint not null,
  event_id text not null,
  event_type text not null,
  error_code text not null,
  error text not null,
  failed_at timestamptz not null,
  parked_at timestamptz not null,
  parks boolean not null,
  redrives int not null,
  starts int not null,
  state text not null,
  ending text,
  next_letter bigint not null,
  followed_to bigint not null,
  owner text not null,
  run_id text,
  due_at timestamptz,
  ended_at timestamptz,
  primary key (consumer_group, topic, partition, original_offset)
);
-- A key can be longer than an index takes: its hash stands for it.
create index if not exists dead_letter_unended
  on dead_letter (consumer_group, topic, partition, (coalesce(md5(key), '')), original_offset)
  where ended_at is null;
create index if not exists dead_letter_requested on dead_letter (consumer_group, due_at)
  where state in ('redriving', 'discarding', 'following');
create index if not exists dead_letter_ended on dead_letter (ended_at) where ended_at is not null;
-- Who asked for what, and what came of it.
create table if not exists redrive_run (
  id text primary key,
  consumer_group text not null,
  action text not null,
  requested_by text not null,
  requested_at timestamptz not null,
  selection jsonb not null,
  quarantined boolean not null,
  cap int not null,
  rate_per_second double precision not null,
  selected int not null default 0,
  succeeded int not null default 0,
  failed int not null default 0,
  followers int not null default 0
);
create index if not exists redrive_run_newest on redrive_run (consumer_group, requested_at);
