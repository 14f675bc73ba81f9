// The read markers of chat's own tables, and what they pass over.
import type { Sql } from 'sosik/postgres'
import type { Span } from '../chat.ts'

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

/** Somebody whose messages were read, and the last of those. */
export interface Seen {
  readonly userId: number
  readonly seq: number
}

/**
 * Whose messages a reader has read by these ids, by user id. What one of the two said or read
 * before they came into the room, this time, counts for nothing; nor do unknown ids. In a large
 * room that is told to nobody.
 */
export function findSeen(
  sql: Sql,
  roomId: number,
  readerId: number,
  ids: readonly string[],
): Promise<Seen[]> {
  return sql.query<Seen>(
    `select sender.user_id as "userId", max(message.seq) as seq
     from chat_member as reader
     join chat_room as room on room.id = reader.room_id and not room.is_large
     join chat_message as message on message.room_id = reader.room_id
       and message.id = any($3) and message.user_id <> reader.user_id
     join chat_member as sender
       on sender.room_id = message.room_id and sender.user_id = message.user_id
     where reader.room_id = $1 and reader.user_id = $2
       and message.seq > greatest(reader.joined_seq, sender.joined_seq)
     group by sender.user_id order by sender.user_id`,
    [roomId, readerId, ids],
  )
}

/** Whose messages a member has read, and the last of each, counted as in `findSeen`. */
export function findSeenBy(sql: Sql, roomId: number, readerId: number): Promise<Seen[]> {
  return sql.query<Seen>(
    `select sender.user_id as "userId", max(message.seq) as seq
     from chat_member as reader
     join chat_room as room on room.id = reader.room_id and not room.is_large
     join chat_message as message on message.room_id = reader.room_id
       and message.seq > reader.joined_seq and message.seq <= reader.read_seq
       and message.user_id <> reader.user_id
     join chat_member as sender
       on sender.room_id = message.room_id and sender.user_id = message.user_id
     where reader.room_id = $1 and reader.user_id = $2 and message.seq > sender.joined_seq
     group by sender.user_id order by sender.user_id`,
    [roomId, readerId],
  )
}
