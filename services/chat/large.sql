-- Rooms of so many members that each message is told once, in the room's own line. Set in the
-- transaction that brings in who is too many, and never taken back.
alter table chat_room add column is_large boolean not null default false;
alter table chat_room add check (room_type = 'group' or not is_large);
