-- Finds what people were told of a message, so that a deleted text leaves their lines as well.
create index user_events_message on user_events (
  coalesce(data->>'message_id', data->'room'->'last_message'->>'message_id')
) where coalesce(data->>'message_id', data->'room'->'last_message'->>'message_id') is not null;
