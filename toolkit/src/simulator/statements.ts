// The SQL statements of the toolkit, as the database in memory carries them out.
import type { MemorySession } from './database.ts'
import { TABLE_STATEMENTS } from './table.ts'

type Statement = (
  session: MemorySession,
  values: readonly unknown[],
) => Promise<readonly object[]> | readonly object[]

const textOf = (bytes: unknown) => Buffer.from(bytes as Uint8Array).toString('hex')

/** The row of an event that a group has handled. */
export const INBOX = 'inbox'
const inboxKey = (group: string, eventId: string) => `${group}/${eventId}`

/** By the words that they begin with. */
const STATEMENTS: readonly (readonly [string, Statement])[] = [
  [
    TABLE_STATEMENTS.get,
    (session, [name, key]) => {
      const row = session.get(String(name), String(key))
      return row === undefined ? [] : [{ row }]
    },
  ],
  [
    TABLE_STATEMENTS.put,
    async (session, [name, key, row]) => {
      await session.put(String(name), String(key), row)
      return []
    },
  ],
  [
    TABLE_STATEMENTS.all,
    (session, [name]) => session.all(String(name)).map(([key, row]) => ({ key, row })),
  ],
  [
    'insert into inbox',
    async (session, [group, eventId, hash]) => {
      const key = inboxKey(String(group), String(eventId))
      const isNew = await session.insert(INBOX, key, { hash: textOf(hash) })
      return isNew ? [{ added: 1 }] : []
    },
  ],
  [
    'select 1 from inbox',
    (session, [group, eventId, hash]) => {
      const key = inboxKey(String(group), String(eventId))
      return session.get<{ hash: string }>(INBOX, key)?.hash === textOf(hash) ? [{ same: 1 }] : []
    },
  ],
]

const known = new Map<string, Statement>()

/** Throws for SQL that is not the toolkit's: the simulated database is no SQL machine. */
export function statementOf(text: string): Statement {
  const statement =
    known.get(text) ?? STATEMENTS.find(([words]) => plain(text).startsWith(words))?.[1]
  if (!statement) throw new Error(`The simulated database does not know: ${plain(text)}`)
  known.set(text, statement)
  return statement
}

const plain = (text: string) => text.replaceAll(/\s+/g, ' ').trim()
