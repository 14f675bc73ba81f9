-- The text of messages, found by its bigrams.
create table search_message (
  message_id text primary key,
  room_id bigint not null,
  -- Null where the event did not carry it.
  seq bigint,
  user_id bigint not null,
  content text not null,
  -- The content as it is compared; its bigrams are of this.
  folded text not null,
  bigrams text[] collate "C" not null,
  created_at timestamptz not null
);
create index search_message_bigrams on search_message using gin (bigrams);
-- Narrows what a frequent pair of letters finds to the rooms that the asker may read.
create index search_message_room on search_message (room_id);
