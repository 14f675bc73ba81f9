// The database in memory as one process sees it: over a link that is late and loses answers.
import { repeatingOnConflict } from '../postgres/repeat.ts'
import type { Database, Sql, Transaction } from '../postgres/sql.ts'
import { runWork } from '../postgres/work.ts'
import type { MemoryDatabase, MemorySession } from './database.ts'
import type { Faults } from './faults.ts'
import type { Link } from './link.ts'
import { connectionLost } from './port.ts'
import type { RareState } from './rare-states.ts'
import type { StatementOf } from './statements.ts'

export interface DatabaseLinkOptions {
  readonly database: MemoryDatabase
  readonly link: Link
  readonly faults: Faults
  readonly statementOf: StatementOf
  readonly tell: (what: string) => void
  readonly reach: (state: RareState) => void
}

export function linkedDatabase(options: DatabaseLinkOptions): Database {
  const { database, link, faults, reach } = options
  const sessions = new Set<MemorySession>()
  link.process.onChange(() => {
    // The server sees the connection break and rolls back; a paused process holds its locks.
    if (link.process.state === 'ended') for (const session of sessions) session.rollback()
  })

  /** A connection whose process ended before it was there is closed at once. */
  function begin(): MemorySession {
    const session = database.begin(sessions)
    if (link.process.state === 'ended') session.rollback()
    return session
  }

  async function transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const fails = faults.happens('queryFailed')
    if (fails) reach('a query failed')
    const session = await link.ask('sql', begin, refusal(fails))
    try {
      const { result, tell } = await runWork(queryOn(options, session), work)
      await commit(options, session)
      tell()
      return result
    } catch (error) {
      void link.ask('sql', () => session.rollback())
      throw error
    }
  }

  return {
    query: <Row>(text: string, values?: readonly unknown[]) =>
      transaction((tx) => tx.query<Row>(text, values)),
    transaction: (work) => repeatingOnConflict(() => transaction(work)),
    close: () => Promise.resolve(),
  }
}

const refusal = (fails: boolean) => (fails ? { refused: connectionLost() } : {})

function queryOn(options: DatabaseLinkOptions, session: MemorySession): Sql['query'] {
  const { link, faults, statementOf, reach } = options
  return async <Row>(text: string, values: readonly unknown[] = []) => {
    const statement = statementOf(text)
    const fails = faults.happens('queryFailed')
    if (fails) {
      reach('a query failed')
      session.rollback()
    }
    const rows = await link.ask('sql', () => statement(session, values), refusal(fails))
    return [...rows] as Row[]
  }
}

async function commit(options: DatabaseLinkOptions, session: MemorySession): Promise<void> {
  const { link, faults, tell, reach } = options
  const fails = faults.happens('transactionFailed')
  const isLost = faults.happens('transactionAnswerLost')
  if (fails) {
    tell('transaction fails before its commit')
    reach('a transaction failed before its commit')
  } else if (isLost) {
    tell('transaction commits, answer lost')
    reach('the answer to a transaction was lost')
  }
  await link.ask('sql', () => session.commit(), {
    ...refusal(fails),
    ...(isLost && { answerLost: connectionLost() }),
  })
}
