-- Groups: whose a room is, who came when, and from where on they may read.
alter table chat_room add column created_by bigint;
-- Null in a direct room, and in a group that everybody has left.
alter table chat_room add column owner_id bigint;
-- Who opened the older rooms was not kept: one of the founders stands for them.
update chat_room set created_by =
  (select min(user_id) from chat_member where room_id = chat_room.id);
update chat_room set owner_id = created_by where room_type = 'group';
alter table chat_room alter column created_by set not null;
alter table chat_room add check (room_type = 'group' or owner_id is null);
-- The room's last seq when the member came: what is after it may be read.
alter table chat_member add column joined_seq bigint not null default 0;
alter table chat_member add column joined_at timestamptz not null default 'epoch';
alter table chat_member alter column joined_at drop default;
