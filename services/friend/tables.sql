-- Requests and friendships, one row a request; and a copy of the profiles that lists show.
create table friend_request (
  friendship_id bigint generated always as identity primary key,
  requester_id bigint not null,
  requester_username text not null,
  addressee_id bigint not null,
  addressee_username text not null,
  state text not null check (state in ('requested', 'accepted', 'rejected', 'cancelled')),
  created_at timestamptz not null,
  decided_at timestamptz,
  check (requester_id <> addressee_id)
);
create unique index friend_request_pair on friend_request
  (least(requester_id, addressee_id), greatest(requester_id, addressee_id))
  where state in ('requested', 'accepted');
create index friend_request_requester on friend_request (requester_id, state);
create index friend_request_addressee on friend_request (addressee_id, state);
create table friend_profile (
  user_id bigint primary key,
  display_name text not null,
  profile_image_url text not null,
  status_message text not null,
  updated_at timestamptz not null
);
