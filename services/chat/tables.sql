-- Rooms, who is in them, what was said, and copies of the profiles that room lists show.
create table chat_profile (
  user_id bigint primary key,
  display_name text not null,
  profile_image_url text not null,
  status_message text not null,
  updated_at timestamptz not null
);
create table chat_room (
  id bigint generated always as identity primary key,
  room_type text not null check (room_type in ('direct', 'group')),
  name text not null,
  -- The pair of a direct room; null in a group, so that only pairs are unique.
  low_user_id bigint,
  high_user_id bigint,
  last_seq bigint not null default 0,
  -- When the last message was sent, or the room opened: the order of room lists.
  spoken_at timestamptz not null,
  unique (low_user_id, high_user_id),
  check ((room_type = 'direct') = (low_user_id is not null and high_user_id is not null)),
  check (low_user_id < high_user_id)
);
create table chat_member (
  room_id bigint not null references chat_room,
  user_id bigint not null references chat_profile,
  -- Chosen once at registration and never changed; profile events do not carry it.
  username text not null,
  -- Never before a message of one's own, so what follows it was said by others.
  read_seq bigint not null default 0,
  primary key (room_id, user_id)
);
create index chat_member_user on chat_member (user_id);
create table chat_message (
  room_id bigint not null references chat_room,
  seq bigint not null,
  id text not null unique,
  user_id bigint not null,
  client_message_id text not null,
  message_type text not null,
  content text not null,
  created_at timestamptz not null,
  primary key (room_id, seq),
  unique (room_id, user_id, client_message_id)
);
