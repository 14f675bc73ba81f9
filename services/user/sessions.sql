-- Sessions as their owners see them, how long unused ones last, and who hides their presence.
alter table user_session add column created_at timestamptz;
alter table user_session add column last_used_at timestamptz;
alter table user_session add column device text not null default '';
-- Since when the older ones are was not kept: as long as they can be.
update user_session set created_at = expires_at - interval '30 days', last_used_at = now();
alter table user_session alter column created_at set not null;
alter table user_session alter column last_used_at set not null;
create index user_session_user on user_session (user_id);
create index user_session_used on user_session (last_used_at);
alter table user_account add column presence_hidden boolean not null default false;
