// Search's own table as it is asked: candidates by the index, then what they truly say.
import type { searchMessages } from '@sosik/contract/search'
import type { AnswerOf } from '@sosik/contract/route'
import type { Sql } from 'sosik/postgres'
import { indexQueries, type Part, type Stems, stemQuery } from './query.ts'

export type Found = Omit<AnswerOf<typeof searchMessages>['items'][number], 'highlights' | 'snippet'>

/** A room that the asker may read, and the seq after which. */
export interface Readable {
  readonly roomId: number
  readonly afterSeq: number
}

export interface Wanted {
  /** One of them at least has two code points. */
  readonly parts: readonly Part[]
  readonly rooms: readonly Readable[]
  readonly senderId: number | undefined
  /** From the one instant on and before the other; in the other, by ids before `beforeId`. */
  readonly fromMs: number
  readonly toMs: number
  readonly beforeId: string
  readonly limit: number
}

/** The newest first. */
export async function findMessages(sql: Sql, wanted: Wanted): Promise<Found[]> {
  const { parts, rooms } = wanted
  const roomIds = rooms.map((one) => one.roomId)
  const values: unknown[] = [
    indexQueries(parts, roomIds),
    roomIds,
    rooms.map((one) => one.afterSeq),
    wanted.senderId ?? null,
    wanted.fromMs,
    wanted.toMs,
    wanted.beforeId,
    wanted.limit,
  ]
  const said = parts.map(({ letters, stem }) => {
    values.push(letters, stem === undefined ? null : stemQuery(stem))
    const [at, stemAt] = [values.length - 1, values.length]
    return `(position($${at}::text in folded) > 0 or terms @@ $${stemAt}::tsquery)`
  })
  const rows = await sql.query<FoundRow>(
    // A message without a seq is read by who may read from the beginning. What has no time yet is
    // before no instant.
    `select message_id, room_id, seq, user_id, content, created_at
     from unnest($1::text[]) as named (query)
     join search_message on terms @@ query::tsquery
     join unnest($2::bigint[], $3::bigint[]) as readable (room_id, after_seq) using (room_id)
     where coalesce(seq, 1) > after_seq and ($4::bigint is null or user_id = $4)
       and created_at >= to_timestamp($5::float8 / 1000)
       and (created_at, message_id) < (to_timestamp($6::float8 / 1000), $7)
       and ${said.join(' and ')}
     order by created_at desc, message_id desc limit $8`,
    values,
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

/** As the index has them; words that say nothing, such as `the`, have none. */
export async function stemsOf(sql: Sql, words: readonly string[]): Promise<Stems> {
  if (words.length === 0) return new Map()
  const rows = await sql.query<{ word: string; stem: string }>(
    `select word, stem
     from unnest($1::text[]) as word, unnest(ts_lexize('english_stem', word)) as stem`,
    [words],
  )
  return new Map(rows.map(({ word, stem }) => [word, stem]))
}
