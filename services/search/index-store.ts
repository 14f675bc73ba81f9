// Search's own table as events fill it: what waits in one transaction is stored by one statement.
import { gatherUntilCommit, type Transaction } from 'sosik/postgres'
import { bigrams, englishWords, fold, stored } from './search.ts'

/** A text as it is stored, with what it is found by; an empty one is found by nothing. */
export interface Indexed {
  readonly message_id: string
  readonly room_id: number
  readonly user_id: number
  readonly seq: number | undefined
  readonly content: string
  readonly folded: string
  readonly lexemes: readonly string[]
  readonly words: readonly string[]
  /** When it was sent, or edited, or deleted. */
  readonly at: string
}

type Said = Pick<Indexed, 'message_id' | 'room_id' | 'user_id' | 'seq' | 'at'>

export function indexed(said: Said, text: string): Indexed {
  const content = stored(text)
  const folded = fold(content)
  const words = [...new Set(englishWords(folded).map(({ word }) => word))]
  const lexemes = content === '' ? [] : [...bigrams(folded), `r=${said.room_id}`]
  return { ...said, content, folded, lexemes, words }
}

const INSERT = (createdAt: string, revisedAt: string) =>
  `insert into search_message as known (message_id, room_id, seq, user_id, content, folded, terms,
     created_at, revised_at)
   select message_id, room_id, seq, user_id, content, folded,
     array_to_tsvector(lexemes || array(
       select 's=' || stem
       from unnest(words) as word, unnest(ts_lexize('english_stem', word)) as stem)),
     ${createdAt}, ${revisedAt}
   from json_to_recordset($1) as given (message_id text, room_id bigint, seq bigint,
     user_id bigint, content text, folded text, lexemes text[], words text[], at timestamptz)
   order by message_id`

// Redriven and replayed it changes nothing.
const SENT = `${INSERT('at', `'-infinity'`)}
  on conflict (message_id) do update set created_at = excluded.created_at
  where known.created_at is null`

// What was edited or deleted before its sending was heard is found from its sending on.
const REVISED = `${INSERT('null', 'at')}
  on conflict (message_id) do update set content = excluded.content, folded = excluded.folded,
    terms = excluded.terms, revised_at = excluded.revised_at
  where known.revised_at <= excluded.revised_at`

const storedBy = (statement: string) =>
  gatherUntilCommit(async (tx: Transaction, texts: readonly Indexed[]) => {
    await tx.query(statement, [JSON.stringify(texts)])
  })

/** A message is indexed once. */
export const keepSent = storedBy(SENT)

/** The latest word about a text counts, whichever comes first. */
export const keepRevised = storedBy(REVISED)
