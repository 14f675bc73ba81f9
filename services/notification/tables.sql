-- What a person was notified of. `subject` ties it to what may settle or withdraw it.
create table notification (
  notification_id text primary key,
  user_id bigint not null,
  type text not null,
  title text not null,
  content jsonb not null,
  subject text not null,
  state text not null default 'open' check (state in ('open', 'settled', 'withdrawn')),
  read_at timestamptz,
  created_at timestamptz not null
);
create index notification_user on notification (user_id, created_at desc, notification_id desc);
create index notification_subject on notification (subject) where state = 'open';
