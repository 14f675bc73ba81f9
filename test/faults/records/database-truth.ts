// The database's truth, read by SQL once nothing changes any more.
import type { Sql } from 'sosik/postgres'
import type { EventRow, NewsRow, Truth } from './truth.ts'

type DatabaseTruth = Pick<
  Truth,
  | 'epoch'
  | 'messages'
  | 'readMarkers'
  | 'friendships'
  | 'events'
  | 'effects'
  | 'news'
  | 'buried'
  | 'crashes'
>

const MESSAGES = `
  select room_id as "roomId", seq, id as "messageId", user_id as "userId",
    client_message_id as "clientId", content
  from chat_message order by room_id, seq`

const EVENTS = `
  select id, event_id as "eventId", topic, convert_from(key, 'utf8') as key, event_type as type,
    md5(value) as hash, sent_at is not null as "isSent",
    case event_type
      when 'MessageEdited' then split_part(data->>'content', ' ', 1)
      when 'ChatRoomMemberJoined' then concat(data->>'room_id', '/', data->>'user_id')
      when 'ChatRoomMemberLeft' then concat(data->>'room_id', '/', data->>'user_id')
      else coalesce(data->>'message_id', data->>'friendship_id', data->>'status_message', '')
    end as subject,
    case event_type when 'MessageSent' then (data->>'seq')::bigint end as seq
  from outbox, lateral (select convert_from(value, 'utf8')::jsonb as data) as parsed
  order by id`

const EFFECTS = `
  select id, consumer_group as "group", topic, partition, record_offset as offset, key,
    event_id as "eventId", instance, ownership, redrives
  from fault_effect order by id`

const NEWS = `
  select user_id as "userId", user_seq as seq, type, (data->>'room_id')::bigint as "roomId",
    coalesce(data->>'message_id', data->>'notification_id', data->>'friendship_id', '') as subject
  from user_events order by user_id, user_seq`

const BURIED = `
  select consumer_group as "group", topic, partition, original_offset as offset,
    event_id as "eventId", state, ended_at is not null as "isEnded"
  from dead_letter order by consumer_group, topic, partition, original_offset`

export async function readDatabase(sql: Sql): Promise<DatabaseTruth> {
  const [epoch] = await sql.query<{ epoch: string }>('select epoch from live_epoch')
  const friendships = await sql.query<{ id: number }>(
    'select friendship_id as id from friend_request',
  )
  const [crashes] = await sql.query<{ count: number }>('select count(*) as count from fault_crash')
  return {
    buried: await sql.query(BURIED),
    crashes: crashes?.count ?? 0,
    epoch: epoch?.epoch ?? '',
    messages: await sql.query(MESSAGES),
    readMarkers: await sql.query(
      'select room_id as "roomId", user_id as "userId", read_seq as seq from chat_member',
    ),
    friendships: friendships.map((one) => one.id),
    events: (await sql.query<Nullable<EventRow, 'seq'>>(EVENTS)).map((row) => ({
      ...row,
      seq: row.seq ?? undefined,
    })),
    effects: await sql.query(EFFECTS),
    news: (await sql.query<Nullable<NewsRow, 'roomId'>>(NEWS)).map((row) => ({
      ...row,
      roomId: row.roomId ?? undefined,
    })),
  }
}

/** What SQL has no value for comes as null. */
type Nullable<Row, Name extends keyof Row> = Omit<Row, Name> & {
  readonly [One in Name]: Row[One] | null
}
