// What a test on real servers connects to; `npm test` starts them and says where they are.
import { postgresPool } from '../postgres/pool.ts'
import type { Database } from '../postgres/sql.ts'

const HOW = 'run `npm test`, or start `npm run cluster` and eval its --env'

/** Throws where no server is named. */
export function databaseUrl(): string {
  const url = process.env.DATABASE_URL
  if (url === undefined) throw new Error(`DATABASE_URL is not set: ${HOW}.`)
  return url
}

let schemas = 0

/** A schema of its own on the real server, so that test files share nothing; dropped by `close`. */
export async function scratchDatabase(): Promise<Database> {
  const url = new URL(databaseUrl())
  const server = postgresPool({ url: url.href, connectionsMax: 1 })
  schemas += 1
  const schema = `test_${process.pid}_${schemas}`
  await server.query(`create schema ${schema}`)
  url.searchParams.set('options', `-c search_path=${schema}`)
  const database = postgresPool({ url: url.href })
  return {
    ...database,
    async close() {
      await database.close()
      await server.query(`drop schema ${schema} cascade`)
      await server.close()
    },
  }
}
