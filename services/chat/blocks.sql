-- Whether one of a direct room's pair blocks the other: nobody speaks in it meanwhile. It stands in
-- the room's own row because whoever speaks locks that row anyway.
alter table chat_room add column is_barred boolean not null default false;
alter table chat_room add check (room_type = 'direct' or not is_barred);
