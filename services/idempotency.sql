-- What commands with an idempotency key have done; each row is a day old at most.
create table idempotency_key (
  user_id bigint not null,
  key text not null,
  -- Of the method, the address and the body.
  request_hash bytea not null,
  -- Ids and states, no text of people; null where there is nothing to tell.
  result jsonb,
  created_at timestamptz not null default clock_timestamp(),
  primary key (user_id, key)
);
create index idempotency_key_created on idempotency_key (created_at);
