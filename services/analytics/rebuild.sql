-- Messages of a room by the hour: the busiest rooms of a range.
create table analytics_room_hour (
  hour timestamptz not null,
  room_id bigint not null,
  messages bigint not null,
  primary key (hour, room_id)
);
-- Where a rebuild counts, beside the counters, before it takes their place.
create table analytics_count_next (like analytics_count including all);
create table analytics_room_next (like analytics_room including all);
create table analytics_room_hour_next (like analytics_room_hour including all);
create table analytics_presence_next (like analytics_presence including all);
create table analytics_online_next (like analytics_online including all);
-- The events that a rebuild has counted: the log may hold one more than once.
create table analytics_seen_next (
  event_id text primary key
);
-- The latest rebuild; who runs it renews `until`, and has lost it when it is another one's.
create table analytics_rebuild (
  singleton boolean primary key default true check (singleton),
  run_id text not null,
  state text not null check (state in ('running', 'done', 'failed')),
  dry_run boolean not null,
  begun_at timestamptz not null default clock_timestamp(),
  until timestamptz not null,
  ended_at timestamptz,
  records bigint not null default 0,
  counted bigint not null default 0,
  differences bigint,
  kept jsonb not null default '[]',
  failure text
);
