-- Who blocks whom; and friendships that ended.
create table friend_block (
  user_id bigint not null,
  blocked_user_id bigint not null,
  blocked_username text not null,
  created_at timestamptz not null,
  primary key (user_id, blocked_user_id),
  check (user_id <> blocked_user_id)
);
create index friend_block_blocked on friend_block (blocked_user_id);
alter table friend_request drop constraint friend_request_state_check;
alter table friend_request add constraint friend_request_state_check
  check (state in ('requested', 'accepted', 'rejected', 'cancelled', 'removed'));
