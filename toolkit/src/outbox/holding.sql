-- What waits behind a held row is out of the relays' way; what is done by hand is remembered.
alter table outbox add column if not exists is_set_aside boolean not null default false;
drop index if exists outbox_unsent;
create index if not exists outbox_unsent on outbox (id) include (lane)
  where sent_at is null and not is_set_aside;
create index if not exists outbox_set_aside on outbox (topic, md5(key)) where is_set_aside;
-- Changes with each row set aside: who lets the key go without having seen that must look again.
alter table outbox_hold add column if not exists steps int not null default 0;
alter table outbox_hold
  add column if not exists refused_at timestamptz not null default clock_timestamp();
create index if not exists outbox_hold_held on outbox_hold (held_at, row_id);
create index if not exists outbox_hold_refused on outbox_hold (refused_at);
create index if not exists outbox_hold_parked on outbox_hold (row_id) where until is null;
-- Why the log took nothing from the relay, and when that was last.
alter table outbox_relay add column if not exists error_code text;
alter table outbox_relay add column if not exists error text;
alter table outbox_relay add column if not exists failed_at timestamptz;
create table if not exists outbox_action (
  id text primary key,
  action text not null,
  requested_by text not null,
  requested_at timestamptz not null,
  begun_at timestamptz not null default clock_timestamp(),
  selection jsonb not null,
  done int not null default 0
);
create index if not exists outbox_action_newest on outbox_action (requested_at);
