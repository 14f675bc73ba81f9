// The rooms of chat's own tables: opened, found, locked, renamed.
import type { Room as RoomSchema } from '@sosik/contract/chat'
import type { Sql } from 'sosik/postgres'
import type { Static } from 'typebox'
import type { RoomPlan, RoomType } from '../chat.ts'
import { lockMembers } from './members.ts'
import { type MessageRow, messageOf } from './messages.ts'

export type Room = Static<typeof RoomSchema>

/** Answers the new room's id, or nothing where the pair has its room already. */
export async function insertRoom(tx: Sql, plan: RoomPlan, now: Date): Promise<number | undefined> {
  const pair = plan.roomType === 'direct' ? plan.memberIds : []
  // Waits for a twin's transaction and then inserts nothing: the next statement sees its room.
  const [room] = await tx.query<{ id: number }>(
    `insert into chat_room
       (room_type, name, low_user_id, high_user_id, spoken_at, created_by, owner_id, is_large)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (low_user_id, high_user_id) do nothing returning id`,
    [
      plan.roomType,
      plan.name,
      pair[0] ?? null,
      pair[1] ?? null,
      now,
      plan.creatorId,
      plan.roomType === 'group' ? plan.creatorId : null,
      plan.isLarge,
    ],
  )
  return room?.id
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

// What "mine" has said and "member" has read, both of them being there; untold in a large room.
const SEEN = `case when room.is_large or user_id = mine.user_id then 0 else coalesce((
  select max(seq) from chat_message as said
  where said.room_id = room.id and said.user_id = mine.user_id and said.seq <= member.read_seq
    and said.seq > greatest(member.joined_seq, mine.joined_seq)), 0) end`

// Sending moves the sender's marker and seqs are dense: the difference is what others have said.
const ROOMS = `
  select mine.user_id as reader_id, room.id as room_id, room.room_type, room.name, room.owner_id,
    room.is_large, room.last_seq, mine.read_seq, room.last_seq - mine.read_seq as unread,
    mine.muted, room.spoken_at,
    (select jsonb_agg(jsonb_build_object('user_id', user_id, 'username', username,
        'display_name', display_name, 'profile_image_url', profile_image_url,
        'status_message', status_message, 'seen_seq', ${SEEN}) order by user_id)
      from chat_member as member join chat_profile using (user_id)
      where room_id = room.id) as members,
    last.id as message_id, last.user_id, last.content, last.message_type,
    last.client_message_id, last.created_at,
    last.edited_at, last.deleted_at
  from chat_member as mine
  join chat_room as room on room.id = mine.room_id
  left join chat_message as last
    on last.room_id = room.id and last.seq = room.last_seq and last.seq > mine.joined_seq`

type RoomRow = Omit<Room, 'last_message' | 'owner_id' | 'is_large' | 'spoken_at'> &
  Omit<MessageRow, 'room_id' | 'seq'> & {
    readonly reader_id: number
    readonly owner_id: number | null
    readonly is_large: boolean
    readonly spoken_at: Date
    /** Null, and so are the message's other columns, while nothing was said. */
    readonly message_id: string | null
  }

/** The room as each of these people sees it; nothing for who is no member. */
export async function findRoomsOf(
  sql: Sql,
  roomId: number,
  userIds: readonly number[],
): Promise<ReadonlyMap<number, Room>> {
  const rows = await sql.query<RoomRow>(
    `${ROOMS} where mine.room_id = $1 and mine.user_id = any($2::bigint[])`,
    [roomId, userIds],
  )
  return new Map(rows.map((row) => [row.reader_id, roomOf(row)]))
}

/** The rooms of a member, the last spoken in first; `beforeRoomId` is the last one of a page. */
export async function findRooms(
  sql: Sql,
  userId: number,
  page: { readonly beforeRoomId?: number | undefined; readonly limit: number },
): Promise<Room[]> {
  const rows = await sql.query<RoomRow>(
    `${ROOMS} where mine.user_id = $1 and ($2::bigint is null or (room.spoken_at, room.id) <
       (select spoken_at, id from chat_room join chat_member on room_id = id
        where id = $2 and user_id = $1))
     order by room.spoken_at desc, room.id desc limit $3`,
    [userId, page.beforeRoomId ?? null, page.limit],
  )
  return rows.map(roomOf)
}

function roomOf(row: RoomRow): Room {
  const { room_id, room_type, name, owner_id, members, last_seq, read_seq, unread } = row
  const { message_id, muted } = row
  return {
    room_id,
    room_type,
    name,
    members,
    last_seq,
    read_seq,
    unread,
    muted,
    spoken_at: row.spoken_at.toISOString(),
    ...(owner_id !== null && { owner_id }),
    ...(row.is_large && { is_large: true }),
    ...(message_id !== null && { last_message: messageOf({ ...row, message_id, seq: last_seq }) }),
  }
}

/** What a command on a room decides by. */
export interface Standing {
  readonly roomType: RoomType
  readonly name: string
  /** Who opened it: the key of the room's events. */
  readonly createdBy: number
  readonly ownerId: number | null
  readonly isLarge: boolean
  readonly lastSeq: number
}

/**
 * Locks the members, then the room. Nothing unless all of them are members; then they stay so until
 * the commit.
 */
export async function lockRoom(
  tx: Sql,
  roomId: number,
  userIds: readonly number[],
): Promise<Standing | undefined> {
  const wanted = [...new Set(userIds)]
  if ((await lockMembers(tx, roomId, wanted)) < wanted.length) return undefined
  const [room] = await tx.query<Standing>(
    `select room_type as "roomType", name, created_by as "createdBy", owner_id as "ownerId",
       is_large as "isLarge", last_seq as "lastSeq"
     from chat_room where id = $1 for no key update`,
    [roomId],
  )
  return room
}

export async function setRoomName(tx: Sql, roomId: number, name: string): Promise<void> {
  await tx.query('update chat_room set name = $2 where id = $1', [roomId, name])
}

export async function setOwner(tx: Sql, roomId: number, ownerId: number | null): Promise<void> {
  await tx.query('update chat_room set owner_id = $2 where id = $1', [roomId, ownerId])
}
