-- Messages that were edited or deleted, and what a client id stands for when they were.
alter table chat_message add column edited_at timestamptz;
-- A tombstone keeps its seq and says nothing any more.
alter table chat_message add column deleted_at timestamptz;
-- Of the body as it came first, for an edit changes the content; null in a tombstone.
alter table chat_message add column body_hash bytea;
update chat_message
  set body_hash = sha256(convert_to(message_type || E'\n' || content, 'UTF8'));
alter table chat_message add check ((deleted_at is null) = (body_hash is not null));
alter table chat_message add check (deleted_at is null or content = '');
