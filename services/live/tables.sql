-- What each person is told, in one dense line a person; the stream resumes from it.
create table live_epoch (
  singleton boolean primary key default true check (singleton),
  epoch text not null default substr(md5(random()::text || clock_timestamp()::text), 1, 8)
);
insert into live_epoch default values;
create table live_head (
  user_id bigint primary key,
  user_seq bigint not null
);
create table user_events (
  user_id bigint not null,
  user_seq bigint not null,
  type text not null,
  title text not null,
  data jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (user_id, user_seq)
);
create index user_events_created on user_events (created_at);
