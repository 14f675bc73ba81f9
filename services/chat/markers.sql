-- Whom a room may alert, and how far others have read what one has sent.
alter table chat_member add column muted boolean not null default false;
create index chat_message_sender on chat_message (room_id, user_id, seq);
