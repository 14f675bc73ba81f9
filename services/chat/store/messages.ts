// The messages of chat's own tables: sent once, in dense order, and read as a page.
import type { Message as MessageSchema } from '@sosik/contract/chat'
import type { Sql } from 'sosik/postgres'
import type { Static } from 'typebox'
import { bodyHash, type Saying } from '../chat.ts'

export type Message = Static<typeof MessageSchema>

export type MessageRow = Omit<Message, 'created_at' | 'edited_at' | 'deleted_at'> & {
  readonly created_at: Date
  readonly edited_at: Date | null
  readonly deleted_at: Date | null
}

export function messageOf(row: MessageRow): Message {
  const { message_id, room_id, seq, user_id, content, message_type, client_message_id } = row
  return {
    message_id,
    room_id,
    seq,
    user_id,
    content,
    message_type,
    client_message_id,
    created_at: row.created_at.toISOString(),
    ...(row.edited_at !== null && { edited_at: row.edited_at.toISOString() }),
    ...(row.deleted_at !== null && { deleted_at: row.deleted_at.toISOString() }),
  }
}

const MESSAGE = `message.id as message_id, message.room_id, message.seq, message.user_id,
  message.content, message.message_type, message.client_message_id, message.created_at,
  message.edited_at, message.deleted_at`

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
    where id = $1 and not is_barred
      and exists (select from sender) and not exists (select from earlier)
    returning last_seq),
  marked as (
    update chat_member set read_seq = last_seq from drawn where room_id = $1 and user_id = $2),
  sent as (
    insert into chat_message
      (room_id, user_id, client_message_id, id, message_type, content, created_at, body_hash, seq)
    select $1, $2, $3, $4, $5, $6, $7, $8, last_seq from drawn
    returning *)
  select ${MESSAGE}, message.username, message.read_seq, message.first, message.same from (
    select sent.*, username, read_seq, true as first, true as same from sent, sender
    union all
    select earlier.*, username, read_seq, false, coalesce(body_hash = $8, true)
    from earlier, sender) as message`

export interface Sent {
  readonly message: Message
  readonly username: string
  /** The sender's marker before. */
  readonly readSeq: number
  /** False for the message that the same client id has sent before. */
  readonly first: boolean
  /** Whether the id came with the body of the first time; of a tombstone that is not known. */
  readonly same: boolean
}

export interface Sending extends Saying {
  readonly room_id: number
  readonly user_id: number
  readonly client_message_id: string
  readonly message_id: string
  readonly now: Date
}

/**
 * Sends once; nothing for who is no member, and in a barred room. Throws SQLSTATE 23505 after a
 * twin.
 */
export async function insertMessage(tx: Sql, one: Sending): Promise<Sent | undefined> {
  type SentRow = MessageRow & { username: string; read_seq: number; first: boolean; same: boolean }
  const [row] = await tx.query<SentRow>(SEND, [
    one.room_id,
    one.user_id,
    one.client_message_id,
    one.message_id,
    one.message_type,
    one.content,
    one.now,
    bodyHash(one),
  ])
  if (row === undefined) return undefined
  const { username, read_seq, first, same } = row
  return { message: messageOf(row), username, readSeq: read_seq, first, same }
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
       select * from chat_message
       where room_id = mine.room_id and seq > greatest($3, mine.joined_seq) and seq < $4
       order by seq ${direction} limit $5) as message on true
     where mine.room_id = $1 and mine.user_id = $2
     order by message.seq`,
    [roomId, userId, page.afterSeq ?? 0, page.beforeSeq, page.limit],
  )
  if (rows.length === 0) return undefined
  return rows.filter((row) => row.message_id !== null).map(messageOf)
}

export interface Changing {
  readonly message: Message
  /** Null in a direct room. */
  readonly ownerId: number | null
}

/**
 * Locks a message that the person may read, and that they may; nothing for anybody else. Leaving
 * waits for it, sending does not.
 */
export async function lockMessage(
  tx: Sql,
  roomId: number,
  messageId: string,
  userId: number,
): Promise<Changing | undefined> {
  const [row] = await tx.query<MessageRow & { owner_id: number | null }>(
    `select ${MESSAGE}, room.owner_id from chat_member as mine
     join chat_room as room on room.id = mine.room_id
     join chat_message as message on message.room_id = mine.room_id
     where mine.room_id = $1 and mine.user_id = $2 and message.id = $3
       and message.seq > mine.joined_seq
     for key share of mine for no key update of message`,
    [roomId, userId, messageId],
  )
  return row && { message: messageOf(row), ownerId: row.owner_id }
}

export async function setContent(
  tx: Sql,
  messageId: string,
  content: string,
  editedAt: string,
): Promise<void> {
  await tx.query('update chat_message set content = $2, edited_at = $3 where id = $1', [
    messageId,
    content,
    editedAt,
  ])
}

/** Leaves a tombstone: no text, and nothing that a text could be guessed from. */
export async function buryMessage(tx: Sql, messageId: string, deletedAt: string): Promise<void> {
  await tx.query(
    `update chat_message set content = '', body_hash = null, deleted_at = $2 where id = $1`,
    [messageId, deletedAt],
  )
}
