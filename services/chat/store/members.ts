// Who is in which room of chat's own tables, and what of it they may read.
import type { Sql } from 'sosik/postgres'
import type { Person } from '../../service.ts'
import type { Membership } from '../group.ts'

/** The profile copies of the people must be there already; they read what follows `seq`. */
export async function insertMembers(
  tx: Sql,
  roomId: number,
  people: readonly Person[],
  joined: { readonly seq: number; readonly at: Date },
): Promise<void> {
  await tx.query(
    `insert into chat_member (room_id, user_id, username, joined_seq, read_seq, joined_at)
     select $1::bigint, user_id, username, $4::bigint, $4::bigint, $5::timestamptz
     from unnest($2::bigint[], $3::text[]) as person (user_id, username)`,
    [
      roomId,
      people.map((one) => one.user_id),
      people.map((one) => one.username),
      joined.seq,
      joined.at,
    ],
  )
}

export async function deleteMember(tx: Sql, roomId: number, userId: number): Promise<void> {
  await tx.query('delete from chat_member where room_id = $1 and user_id = $2', [roomId, userId])
}

/** Everybody in the room, by id. */
export function findMembers(sql: Sql, roomId: number): Promise<Membership[]> {
  return sql.query<Membership>(
    `select user_id as "userId", joined_at as "joinedAt" from chat_member
     where room_id = $1 order by user_id`,
    [roomId],
  )
}

/**
 * Locks those of the people who are members until the commit; answers how many they are. Whoever
 * locks members and the room does it in this order, so that nobody waits in a circle.
 */
export async function lockMembers(
  tx: Sql,
  roomId: number,
  userIds: readonly number[],
): Promise<number> {
  const members = await tx.query(
    `select from chat_member where room_id = $1 and user_id = any($2::bigint[])
     order by user_id for no key update`,
    [roomId, userIds],
  )
  return members.length
}

export interface Reader {
  readonly userId: number
  /** Not alerted of what is said. */
  readonly muted: boolean
}

/** Who may read a message of that seq now; without one, who is in the room. By id. */
export function findReaders(sql: Sql, roomId: number, seq?: number): Promise<Reader[]> {
  return sql.query<Reader>(
    `select user_id as "userId", muted from chat_member
     where room_id = $1 and ($2::bigint is null or joined_seq < $2) order by user_id`,
    [roomId, seq ?? null],
  )
}

/** Whether somebody may read the message of that seq now. */
export async function mayRead(
  sql: Sql,
  roomId: number,
  seq: number,
  userId: number,
): Promise<boolean> {
  const found = await sql.query(
    'select from chat_member where room_id = $1 and user_id = $2 and joined_seq < $3',
    [roomId, userId, seq],
  )
  return found.length === 1
}

export async function setMuted(
  tx: Sql,
  roomId: number,
  userId: number,
  muted: boolean,
): Promise<boolean> {
  const changed = await tx.query(
    `update chat_member set muted = $3 where room_id = $1 and user_id = $2 and muted <> $3
     returning 1`,
    [roomId, userId, muted],
  )
  return changed.length === 1
}

/** A room that somebody may read, and the seq after which. */
export interface Readable {
  readonly roomId: number
  readonly afterSeq: number
}

export function readableRooms(sql: Sql, userId: number): Promise<Readable[]> {
  return sql.query<Readable>(
    `select room_id as "roomId", joined_seq as "afterSeq" from chat_member
     where user_id = $1 order by room_id`,
    [userId],
  )
}
