// The SQL statements of the toolkit, as the database in memory carries them out.
import { INBOX_ADD, INBOX_SEEN } from '../outbox/inbox.ts'
import { OUTBOX_ADD } from '../outbox/outbox.ts'
import type { MemorySession } from './database.ts'
import { addToOutbox } from './outbox-rows.ts'
import { TABLE_STATEMENTS } from './table.ts'

export type Statement = (
  session: MemorySession,
  values: readonly unknown[],
) => Promise<readonly object[]> | readonly object[]

/** A statement by its text, or by the words that only its text begins with. */
export type Words = readonly [words: string, statement: Statement]

const textOf = (bytes: unknown) => Buffer.from(bytes as Uint8Array).toString('hex')

/** The row of an event that a group has handled. */
export const INBOX = 'inbox'
export const inboxKey = (group: string, eventId: string) => `${group}/${eventId}`

const STATEMENTS: readonly Words[] = [
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
    INBOX_ADD,
    async (session, [group, ids, hashes]) => {
      const given = (ids as string[]).map((id, at) => ({ id, hash: (hashes as Uint8Array[])[at] }))
      const added: object[] = []
      for (const { id, hash } of given.toSorted((left, right) => (left.id < right.id ? -1 : 1))) {
        const isNew = await session.insert(INBOX, inboxKey(String(group), id), textOf(hash))
        if (isNew) added.push({ event_id: id })
      }
      return added
    },
  ],
  [OUTBOX_ADD, addToOutbox],
  [
    INBOX_SEEN,
    (session, [group, ids, hashes]) =>
      (ids as string[])
        .filter((id, at) => {
          const hash = session.get<string>(INBOX, inboxKey(String(group), id))
          return hash === '' || hash === textOf((hashes as Uint8Array[])[at])
        })
        .map((id) => ({ event_id: id })),
  ],
]

/** Throws for a text that nobody has told it: the simulated database is no SQL machine. */
export type StatementOf = (text: string) => Statement

/** The toolkit's own statements, and an application's beside them. */
export function statementsWith(others: readonly Words[]): StatementOf {
  const all = [...others, ...STATEMENTS]
  const known = new Map<string, Statement>()
  return (text) => {
    const statement =
      known.get(text) ?? all.find(([words]) => plain(text).startsWith(plain(words)))?.[1]
    if (!statement) throw new Error(`The simulated database does not know: ${plain(text)}`)
    known.set(text, statement)
    return statement
  }
}

export const toolkitStatements: StatementOf = statementsWith([])

const plain = (text: string) => text.replaceAll(/\s+/g, ' ').trim()
