// A message and how a person stands to it, for whoever asks where it has got to.
import type { Sql } from 'sosik/postgres'

export interface MessageStanding {
  readonly roomId: number
  readonly seq: number
  readonly senderId: number
  readonly createdAtMs: number
  readonly isDeleted: boolean
  /** Undefined for who is not in the room now. */
  readonly member: { readonly joinedSeq: number; readonly muted: boolean } | undefined
}

/** Undefined for a message that is not there. */
export async function findStanding(
  sql: Sql,
  messageId: string,
  userId: number,
): Promise<MessageStanding | undefined> {
  const [row] = await sql.query<{
    room_id: number
    seq: number
    user_id: number
    created_at: Date
    deleted: boolean
    joined_seq: number | null
    muted: boolean | null
  }>(
    `select message.room_id, message.seq, message.user_id, message.created_at,
       message.deleted_at is not null as deleted, member.joined_seq, member.muted
     from chat_message as message
     left join chat_member as member
       on member.room_id = message.room_id and member.user_id = $2
     where message.id = $1`,
    [messageId, userId],
  )
  if (row === undefined) return undefined
  const { joined_seq: joinedSeq, muted } = row
  return {
    roomId: row.room_id,
    seq: row.seq,
    senderId: row.user_id,
    createdAtMs: row.created_at.getTime(),
    isDeleted: row.deleted,
    member: joinedSeq === null || muted === null ? undefined : { joinedSeq, muted },
  }
}
