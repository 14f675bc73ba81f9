-- People, their sessions, and who is online.
create table user_account (
  user_id bigint generated always as identity primary key,
  email text not null,
  username text not null unique,
  password_hash text not null,
  display_name text not null,
  profile_image_url text not null default '',
  status_message text not null default '',
  created_at timestamptz not null,
  profile_updated_at timestamptz not null
);
create unique index user_account_email on user_account (lower(email));
create index user_account_prefix on user_account (username text_pattern_ops);
create table user_session (
  session_id text primary key,
  token_hash bytea not null unique,
  user_id bigint not null references user_account (user_id),
  expires_at timestamptz not null
);
create index user_session_expired on user_session (expires_at);
create table user_presence (
  user_id bigint primary key references user_account (user_id),
  is_online boolean not null,
  last_seen_at timestamptz not null
);
create table user_presence_lease (
  lease_id text primary key,
  user_id bigint not null,
  session_id text not null,
  until timestamptz not null
);
create index user_presence_lease_user on user_presence_lease (user_id);
create index user_presence_lease_session on user_presence_lease (session_id);
create index user_presence_lease_until on user_presence_lease (until);
