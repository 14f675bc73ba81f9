-- What happened, as often as it happened: no key keeps a second effect out.
create table fault_effect (
  id bigint generated always as identity,
  consumer_group text not null,
  topic text not null,
  partition int not null,
  record_offset bigint not null,
  key text not null,
  event_id text not null,
  instance text not null,
  ownership bigint not null,
  redrives int not null
);
-- How often a marked record has ended its process already.
create table fault_crash (
  consumer_group text not null,
  event_id text not null
);
