-- Files that were uploaded, the message that carries each, and what they come to for their owner.
create table files_owner (
  user_id bigint primary key,
  -- Of every row below, until the row is gone.
  files bigint not null check (files >= 0),
  bytes bigint not null check (bytes >= 0)
);
create table files_file (
  id text primary key,
  user_id bigint not null references files_owner,
  client_file_id text not null,
  kind text not null check (kind in ('image', 'file')),
  name text not null,
  size_bytes bigint not null check (size_bytes > 0),
  created_at timestamptz not null,
  -- Forward only: uploading, stored, sent; and from each of them removed, until the bytes are gone.
  state text not null check (state in ('uploading', 'stored', 'sent', 'removed')),
  -- What the bytes turned out to be, and their hash.
  media_type text,
  sha256 bytea,
  message_id text unique,
  room_id bigint,
  seq bigint,
  -- When the sweep looks at it next; what a message carries stays as long as the message.
  sweep_at timestamptz,
  check ((state = 'sent') = (sweep_at is null)),
  check (state in ('uploading', 'removed') or (media_type is not null and sha256 is not null)),
  check (state <> 'sent' or (message_id is not null and room_id is not null and seq is not null))
);
-- Several may upload by one client id at once; one of them has it in the end.
create unique index files_file_client on files_file (user_id, client_file_id)
  where state in ('stored', 'sent');
create index files_file_sweep on files_file (sweep_at) where sweep_at is not null;
