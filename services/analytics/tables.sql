-- Counters that a replay of the events fills with the same numbers.
create table analytics_count (
  event text not null,
  -- The event's own clock, never ours.
  hour timestamptz not null,
  -- The type of room, message or notification; empty where an event has none.
  kind text not null,
  -- Spreads a busy hour over several rows, so that writers seldom wait for each other.
  shard smallint not null,
  count bigint not null,
  primary key (event, hour, kind, shard)
);
create table analytics_room (
  room_id bigint primary key,
  messages bigint not null
);
-- The latest status of each person by the events' clock, and the one before.
create table analytics_presence (
  user_id bigint primary key,
  is_online boolean not null,
  was_online boolean not null,
  changed_at timestamptz not null
);
-- How the number of people online changed within a minute: in all, and at its highest.
create table analytics_online (
  minute timestamptz primary key,
  change bigint not null,
  rise bigint not null
);
