-- What waits to be published, and who publishes it.
create table if not exists outbox (
  id bigint generated always as identity primary key,
  topic text not null,
  key bytea not null,
  event_id text not null,
  event_type text not null,
  value bytea not null,
  headers jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  sent_at timestamptz
);
create index if not exists outbox_unsent on outbox (id) where sent_at is null;
create index if not exists outbox_sent on outbox (sent_at) where sent_at is not null;
create table if not exists outbox_lease (
  name text primary key,
  owner text not null,
  until timestamptz not null
);
create table if not exists inbox (
  consumer_group text not null,
  event_id text not null,
  payload_hash bytea not null,
  handled_at timestamptz not null default clock_timestamp(),
  primary key (consumer_group, event_id)
);
create index if not exists inbox_handled on inbox (handled_at);
