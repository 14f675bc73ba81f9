// The port to a SQL database that speaks PostgreSQL: a pool of a server, or PGlite in the process.

export interface Sql {
  /** Values stand for `$1`…; int8 and count() come as numbers, timestamps as Date, jsonb parsed. */
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>
}

/** An open transaction: what is queried here commits or vanishes together. */
export interface Transaction extends Sql {
  /**
   * Runs after the work, as the last statements of the transaction, in the order of the calls; a
   * rejection fails the transaction. For locks that many want, and that are so held the shortest.
   */
  beforeCommit(call: () => Promise<void>): void
  /** Runs once the commit is acknowledged, never after a rollback; for wake-ups, not for facts. */
  afterCommit(call: () => void): void
}

export interface Database extends Sql {
  /**
   * Runs `work` in one transaction (read committed) and commits when it resolves. After a deadlock
   * or a serialization failure it is run again, so it must hold no effect but its queries.
   */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

/** SQL that brings a database one step further; its name is remembered and must never change. */
export interface Migration {
  readonly name: string
  readonly sql: string
}
