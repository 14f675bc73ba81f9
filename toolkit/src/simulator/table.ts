// A table of the simulated database, for handlers that are simulated: rows by their key.
import type { Sql } from '../postgres/sql.ts'

export interface Table<Row> {
  get(key: string): Promise<Row | undefined>
  /** Waits while another transaction has changed the row and is still open. */
  put(key: string, row: Row): Promise<void>
  delete(key: string): Promise<void>
  /** All rows, the transaction's own changes included, in the order in which they were made. */
  all(): Promise<[key: string, row: Row][]>
}

/** What the database in memory understands beside the toolkit's own SQL. */
export const TABLE_STATEMENTS = {
  get: 'simulator: get $1 $2',
  put: 'simulator: put $1 $2 $3',
  all: 'simulator: all $1',
} as const

/** Rows are values: put a new one, and do not change one that is there. */
export function table<Row>(tx: Sql, name: string): Table<Row> {
  const { get, put, all } = TABLE_STATEMENTS
  return {
    async get(key) {
      const [found] = await tx.query<{ row: Row }>(get, [name, key])
      return found?.row
    },
    async put(key, row) {
      await tx.query(put, [name, key, row])
    },
    async delete(key) {
      await tx.query(put, [name, key, undefined])
    },
    async all() {
      const rows = await tx.query<{ key: string; row: Row }>(all, [name])
      return rows.map(({ key, row }) => [key, row])
    },
  }
}
