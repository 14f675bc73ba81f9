-- What waits to be published, who publishes it, and which keys wait behind a refused row.
create table if not exists outbox (
  id bigint generated always as identity primary key,
  -- A number of the key: the low six bits are its bucket, the whole is its lock while it is added.
  lane int not null,
  topic text not null,
  key bytea not null,
  event_id text not null,
  event_type text not null,
  value bytea not null,
  headers jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  sent_at timestamptz,
  -- Taken out by hand, and not sent.
  is_discarded boolean not null default false
);
create index if not exists outbox_unsent on outbox (id) include (lane) where sent_at is null;
create index if not exists outbox_sent on outbox (sent_at) where sent_at is not null;
create table if not exists outbox_relay (
  owner text primary key,
  until timestamptz not null
);
create table if not exists outbox_lease (
  bucket int primary key,
  owner text,
  until timestamptz not null,
  fence bigint not null
);
insert into outbox_lease (bucket, until, fence)
  select bucket, clock_timestamp(), 0 from generate_series(0, 63) as every (bucket)
  on conflict do nothing;
-- A key whose first unsent row the log refused. Without `until` it is parked.
create table if not exists outbox_hold (
  row_id bigint primary key,
  lane int not null,
  topic text not null,
  key bytea not null,
  attempts int not null,
  error_code text not null,
  error text not null,
  held_at timestamptz not null default clock_timestamp(),
  until timestamptz
);
-- A key can be longer than an index takes: its hash stands for it.
create unique index if not exists outbox_hold_key on outbox_hold (topic, md5(key));
create table if not exists inbox (
  consumer_group text not null,
  event_id text not null,
  payload_hash bytea not null,
  handled_at timestamptz not null default clock_timestamp(),
  primary key (consumer_group, event_id)
);
create index if not exists inbox_handled on inbox (handled_at);
