// Search's own table: the text of messages and its bigrams.
import type { searchMessages } from '@sosik/contract/search'
import type { AnswerOf } from '@sosik/contract/route'
import type { Sql } from 'sosik/postgres'
import { bigrams } from './search.ts'

export type Found = AnswerOf<typeof searchMessages>['items'][number]

export interface Indexed extends Omit<Found, 'seq'> {
  readonly seq?: number | undefined
  readonly folded: string
}

/** A message is indexed once; redriven and replayed it changes nothing. */
export async function insertMessage(tx: Sql, one: Indexed): Promise<void> {
  await tx.query(
    `insert into search_message
       (message_id, room_id, seq, user_id, content, folded, bigrams, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (message_id) do nothing`,
    [
      one.message_id,
      one.room_id,
      one.seq ?? null,
      one.user_id,
      one.content,
      one.folded,
      bigrams(one.folded),
      one.created_at,
    ],
  )
}

/** What is not indexed, or deleted already, stays so. */
export async function setText(
  tx: Sql,
  one: Pick<Indexed, 'message_id' | 'content' | 'folded'>,
): Promise<void> {
  await tx.query(
    `update search_message set content = $2, folded = $3, bigrams = $4
     where message_id = $1 and content <> ''`,
    [one.message_id, one.content, one.folded, bigrams(one.folded)],
  )
}

/** The text is gone; the row stays, so that a replay of its sending brings nothing back. */
export async function buryMessage(tx: Sql, messageId: string): Promise<void> {
  await tx.query(
    `update search_message set content = '', folded = '', bigrams = '{}' where message_id = $1`,
    [messageId],
  )
}

/** A room that the asker may read, and the seq after which. */
export interface Readable {
  readonly roomId: number
  readonly afterSeq: number
}

export interface Wanted {
  /** Folded; at least two code points, for fewer have no bigram. */
  readonly folded: string
  readonly rooms: readonly Readable[]
  readonly limit: number
}

/** The bigrams name candidates by the index; `position` then finds the text itself, literally. */
export async function findMessages(sql: Sql, wanted: Wanted): Promise<Found[]> {
  const rows = await sql.query<FoundRow>(
    // A message without a seq is read by who may read from the beginning.
    `select message_id, room_id, seq, user_id, content, created_at from search_message
     where bigrams @> $1::text[] and position($2 in folded) > 0 and room_id = any($3::bigint[])
       and coalesce(seq, 1) > ($4::bigint[])[array_position($3::bigint[], room_id)]
     order by created_at desc, message_id desc limit $5`,
    [
      bigrams(wanted.folded),
      wanted.folded,
      wanted.rooms.map((one) => one.roomId),
      wanted.rooms.map((one) => one.afterSeq),
      wanted.limit,
    ],
  )
  return rows.map(({ seq, created_at, ...row }) => ({
    ...row,
    created_at: created_at.toISOString(),
    ...(seq !== null && { seq }),
  }))
}

interface FoundRow extends Omit<Found, 'seq' | 'created_at'> {
  readonly seq: number | null
  readonly created_at: Date
}
