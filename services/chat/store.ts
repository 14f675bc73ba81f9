// Chat's own tables: rooms, members with their markers, messages.
import type { Message as MessageSchema, Room as RoomSchema } from '@sosik/contract/chat'
import type { Sql } from 'sosik/postgres'
import type { Static } from 'typebox'
import type { Person } from '../service.ts'
import type { RoomPlan, Saying, Span } from './chat.ts'

export type Message = Static<typeof MessageSchema>
export type Room = Static<typeof RoomSchema>

/** Answers the new room's id, or nothing where the pair has its room already. */
export async function insertRoom(tx: Sql, plan: RoomPlan, now: Date): Promise<number | undefined> {
  const pair = plan.roomType === 'direct' ? plan.memberIds : []
  // Waits for a twin's transaction and then inserts nothing: the next statement sees its room.
  const [room] = await tx.query<{ id: number }>(
    `insert into chat_room (room_type, name, low_user_id, high_user_id, spoken_at)
     values ($1, $2, $3, $4, $5)
     on conflict (low_user_id, high_user_id) do nothing returning id`,
    [plan.roomType, plan.name, pair[0] ?? null, pair[1] ?? null, now],
  )
  return room?.id
}

/** The profile copies of the people must be there already. */
export async function insertMembers(
  tx: Sql,
  roomId: number,
  people: readonly Person[],
): Promise<void> {
  await tx.query(
    `insert into chat_member (room_id, user_id, username)
     select $1::bigint, user_id, username
     from unnest($2::bigint[], $3::text[]) as person (user_id, username)`,
    [roomId, people.map((one) => one.user_id), people.map((one) => one.username)],
  )
}

export async function directRoomId(
  tx: Sql,
  [low, high]: readonly number[],
): Promise<number | undefined> {
  const [room] = await tx.query<{ id: number }>(
    'select id from chat_room where low_user_id = $1 and high_user_id = $2',
    [low, high],
  )
  return room?.id
}

// Sending moves the sender's marker and seqs are dense: the difference is what others have said.
const ROOMS = `
  select room.id as room_id, room.room_type, room.name, room.last_seq, mine.read_seq,
    room.last_seq - mine.read_seq as unread,
    (select jsonb_agg(jsonb_build_object('user_id', user_id, 'username', username,
        'display_name', display_name, 'profile_image_url', profile_image_url,
        'status_message', status_message) order by user_id)
      from chat_member join chat_profile using (user_id) where room_id = room.id) as members,
    last.id as message_id, last.user_id, last.content, last.message_type,
    last.client_message_id, last.created_at
  from chat_member as mine
  join chat_room as room on room.id = mine.room_id
  left join chat_message as last on last.room_id = room.id and last.seq = room.last_seq
  where mine.user_id = $1`

interface RoomRow extends Omit<Room, 'last_message'>, Omit<MessageRow, 'room_id' | 'seq'> {
  /** Null, and so are the message's other columns, while nothing was said. */
  readonly message_id: string
}

/** The room as its member sees it; nothing for anybody else. */
export async function findRoom(
  sql: Sql,
  roomId: number,
  userId: number,
): Promise<Room | undefined> {
  const [row] = await sql.query<RoomRow>(`${ROOMS} and room.id = $2`, [userId, roomId])
  return row && roomOf(row)
}

/** The rooms of a member, the last spoken in first; `beforeRoomId` is the last one of a page. */
export async function findRooms(
  sql: Sql,
  userId: number,
  page: { readonly beforeRoomId?: number | undefined; readonly limit: number },
): Promise<Room[]> {
  const rows = await sql.query<RoomRow>(
    `${ROOMS} and ($2::bigint is null or (room.spoken_at, room.id) <
       (select spoken_at, id from chat_room join chat_member on room_id = id
        where id = $2 and user_id = $1))
     order by room.spoken_at desc, room.id desc limit $3`,
    [userId, page.beforeRoomId ?? null, page.limit],
  )
  return rows.map(roomOf)
}

function roomOf(row: RoomRow): Room {
  const { room_id, room_type, name, members, last_seq, read_seq, unread } = row
  const room = { room_id, room_type, name, members, last_seq, read_seq, unread }
  if (row.message_id === null) return room
  return { ...room, last_message: messageOf({ ...row, seq: last_seq }) }
}

type MessageRow = Omit<Message, 'created_at'> & { created_at: Date }

function messageOf(row: MessageRow): Message {
  const { message_id, room_id, seq, user_id, content, message_type, client_message_id } = row
  const created_at = row.created_at.toISOString()
  return { message_id, room_id, seq, user_id, content, message_type, client_message_id, created_at }
}

const MESSAGE = `message.id as message_id, message.room_id, message.seq, message.user_id,
  message.content, message.message_type, message.client_message_id, message.created_at`

// One statement: the sender's row is locked before the room's, the room's counter gives the seq.
// A twin with the same client id, still uncommitted, ends this one by a unique violation.
const SEND = `
  with sender as (
    select username, read_seq from chat_member
    where room_id = $1 and user_id = $2 for no key update),
  earlier as (
    select * from chat_message
    where room_id = $1 and user_id = $2 and client_message_id = $3),
  drawn as (
    update chat_room set last_seq = last_seq + 1, spoken_at = $7
    where id = $1 and exists (select from sender) and not exists (select from earlier)
    returning last_seq),
  marked as (
    update chat_member set read_seq = last_seq from drawn where room_id = $1 and user_id = $2),
  sent as (
    insert into chat_message
      (room_id, user_id, client_message_id, id, message_type, content, created_at, seq)
    select $1, $2, $3, $4, $5, $6, $7, last_seq from drawn
    returning *)
  select ${MESSAGE}, message.username, message.read_seq, message.first from (
    select sent.*, username, read_seq, true as first from sent, sender
    union all
    select earlier.*, username, read_seq, false from earlier, sender) as message`

export interface Sent {
  readonly message: Message
  readonly username: string
  /** The sender's marker before. */
  readonly readSeq: number
  /** False for the message that the same client id has sent before. */
  readonly first: boolean
}

export interface Sending extends Saying {
  readonly room_id: number
  readonly user_id: number
  readonly client_message_id: string
  readonly message_id: string
  readonly now: Date
}

/** Sends once; nothing for a sender who is no member. Throws SQLSTATE 23505 after a twin. */
export async function insertMessage(tx: Sql, one: Sending): Promise<Sent | undefined> {
  const [row] = await tx.query<MessageRow & { username: string; read_seq: number; first: boolean }>(
    SEND,
    [
      one.room_id,
      one.user_id,
      one.client_message_id,
      one.message_id,
      one.message_type,
      one.content,
      one.now,
    ],
  )
  if (row === undefined) return undefined
  const { username, read_seq, first } = row
  return { message: messageOf(row), username, readSeq: read_seq, first }
}

/** History by seq, ascending: after a seq, else the last before one; nothing for a stranger. */
export async function findMessages(
  sql: Sql,
  roomId: number,
  userId: number,
  page: {
    readonly afterSeq?: number | undefined
    readonly beforeSeq: number
    readonly limit: number
  },
): Promise<Message[] | undefined> {
  const direction = page.afterSeq === undefined ? 'desc' : 'asc'
  // A member's empty room still gives one row, of nulls; a stranger gets none.
  const rows = await sql.query<MessageRow>(
    `select ${MESSAGE} from chat_member as mine
     left join lateral (
       select * from chat_message where room_id = mine.room_id and seq > $3 and seq < $4
       order by seq ${direction} limit $5) as message on true
     where mine.room_id = $1 and mine.user_id = $2
     order by message.seq`,
    [roomId, userId, page.afterSeq ?? 0, page.beforeSeq, page.limit],
  )
  if (rows.length === 0) return undefined
  return rows.filter((row) => row.message_id !== null).map(messageOf)
}

export interface Marker {
  readonly readSeq: number
  readonly lastSeq: number
}

/** Moves a member's marker forward, never beyond the end; answers how it stood before. */
export async function moveMarker(
  tx: Sql,
  roomId: number,
  userId: number,
  seq: number,
): Promise<Marker | undefined> {
  const [row] = await tx.query<{ read_seq: number; last_seq: number }>(
    `with mine as (
       select member.read_seq, room.last_seq from chat_member as member
       join chat_room as room on room.id = member.room_id
       where member.room_id = $1 and member.user_id = $2 for no key update of member),
     moved as (
       update chat_member set read_seq = $3 from mine
       where room_id = $1 and user_id = $2 and mine.read_seq < $3 and $3 <= mine.last_seq)
     select read_seq, last_seq from mine`,
    [roomId, userId, seq],
  )
  return row && { readSeq: row.read_seq, lastSeq: row.last_seq }
}

export async function messageIds(sql: Sql, roomId: number, span: Span): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    'select id from chat_message where room_id = $1 and seq > $2 and seq <= $3 order by seq',
    [roomId, span.after, span.upTo],
  )
  return rows.map((row) => row.id)
}

/** Ascending. */
export async function memberIds(sql: Sql, roomId: number): Promise<number[]> {
  const rows = await sql.query<{ user_id: number }>(
    'select user_id from chat_member where room_id = $1 order by user_id',
    [roomId],
  )
  return rows.map((row) => row.user_id)
}

/** Who sent the messages, each once; unknown ids count for nothing. */
export async function senderIds(sql: Sql, ids: readonly string[]): Promise<number[]> {
  const rows = await sql.query<{ user_id: number }>(
    'select distinct user_id from chat_message where id = any($1) order by user_id',
    [ids],
  )
  return rows.map((row) => row.user_id)
}

/** The rooms whose messages a person may read now. */
export async function readableRooms(sql: Sql, userId: number): Promise<number[]> {
  const rows = await sql.query<{ room_id: number }>(
    'select room_id from chat_member where user_id = $1 order by room_id',
    [userId],
  )
  return rows.map((row) => row.room_id)
}
