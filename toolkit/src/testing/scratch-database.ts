// A schema of its own on the real server, so that test files at work together share nothing.
import { postgresPool } from '../postgres/pool.ts'
import type { Database } from '../postgres/sql.ts'
import { databaseUrl } from './real.ts'

let schemas = 0

export interface ScratchDatabase extends Database {
  /** For another process that works on the same tables. */
  readonly url: string
}

/** An empty database; `close` drops what is in it. */
export async function scratchDatabase(): Promise<ScratchDatabase> {
  const url = new URL(databaseUrl())
  const server = postgresPool({ url: url.href, connectionsMax: 1 })
  schemas += 1
  const schema = `test_${process.pid}_${schemas}`
  await server.query(`create schema ${schema}`)
  url.searchParams.set('options', `-c search_path=${schema}`)
  const database = postgresPool({ url: url.href })
  return {
    ...database,
    url: url.href,
    async close() {
      await database.close()
      await server.query(`drop schema ${schema} cascade`)
      await server.close()
    },
  }
}
