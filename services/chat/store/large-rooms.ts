// Large rooms of chat's own tables: which they are, whose, and who of many people reads them.
import type { Sql } from 'sosik/postgres'
import type { Reader } from './members.ts'

export async function enlarge(tx: Sql, roomId: number): Promise<void> {
  await tx.query('update chat_room set is_large = true where id = $1', [roomId])
}

export async function isLarge(sql: Sql, roomId: number): Promise<boolean> {
  const rows = await sql.query('select from chat_room where id = $1 and is_large', [roomId])
  return rows.length === 1
}

/** Who is told of a message: in a large room its line is, and no member by name. */
export interface Audience {
  readonly isLarge: boolean
  readonly readers: readonly Reader[]
}

/** Who may read a message of that seq now, by id; asked once for every message that is told. */
export async function findAudience(sql: Sql, roomId: number, seq?: number): Promise<Audience> {
  const rows = await sql.query<{ is_large: boolean; user_id: number | null; muted: boolean }>(
    `select room.is_large, member.user_id, member.muted
     from chat_room as room
     left join chat_member as member on member.room_id = room.id and not room.is_large
       and ($2::bigint is null or member.joined_seq < $2)
     where room.id = $1 order by member.user_id`,
    [roomId, seq ?? null],
  )
  const readers = rows.flatMap(({ user_id: userId, muted }) =>
    userId === null ? [] : [{ userId, muted }],
  )
  return { isLarge: rows[0]?.is_large ?? false, readers }
}

/** Somebody in a room, who reads what follows `joinedSeq`. */
export interface RoomReader extends Reader {
  readonly joinedSeq: number
}

/** Those of the people who are in the room now. */
export function readersAmong(
  sql: Sql,
  roomId: number,
  userIds: readonly number[],
): Promise<RoomReader[]> {
  return sql.query<RoomReader>(
    `select user_id as "userId", muted, joined_seq as "joinedSeq" from chat_member
     where room_id = $1 and user_id = any($2::bigint[])`,
    [roomId, userIds],
  )
}

/** The large rooms that these people are in now. */
export function findLargeRooms(
  sql: Sql,
  userIds: readonly number[],
): Promise<{ readonly userId: number; readonly roomId: number }[]> {
  return sql.query(
    `select member.user_id as "userId", room.id as "roomId" from chat_member as member
     join chat_room as room on room.id = member.room_id and room.is_large
     where member.user_id = any($1::bigint[]) order by room.id`,
    [userIds],
  )
}
