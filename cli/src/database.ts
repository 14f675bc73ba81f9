// The application's PostgreSQL, as its options or the environment name it; its errors in sentences.
import type { Command } from 'commander'
import { type Database, postgresPool, sqlState } from 'sosik/postgres'
import { CommandError } from './command-error.ts'
import { readConfig } from './config.ts'

export interface DatabaseFlags {
  readonly database?: string
}

/** A command works with one at a time. */
const CONNECTIONS_MAX = 2
const TABLE_MISSING = '42P01'

export function withDatabaseOption(command: Command): Command {
  return command.option(
    '-d, --database <url>',
    "the application's PostgreSQL (default: $DATABASE_URL)",
  )
}

/** Connects at the first query; what a query rejects with is a `CommandError`. */
export function openDatabase(flags: DatabaseFlags): Database {
  const url = flags.database ?? readConfig().databaseUrl
  if (url === undefined) {
    throw new CommandError(
      'No database: give --database postgres://…, or set DATABASE_URL. ' +
        'For a local cluster: eval "$(npm run --silent cluster -- --env)".',
    )
  }
  if (!URL.canParse(url)) {
    throw new CommandError('The database is written as postgres://user:password@host:port/name.')
  }
  const database = postgresPool({ url, connectionsMax: CONNECTIONS_MAX })
  return {
    ...database,
    async query<Row>(text: string, values?: readonly unknown[]) {
      try {
        return await database.query<Row>(text, values)
      } catch (error) {
        throw new CommandError(sentenceOf(error, new URL(url)), { cause: error })
      }
    },
  }
}

/** Without the password that stands in the URL. */
function sentenceOf(error: unknown, { host, pathname }: URL): string {
  const name = `database ${pathname.slice(1)} at ${host}`
  const { message } = firstOf(error)
  const state = sqlState(error)
  if (state === TABLE_MISSING) {
    return `The ${name} lacks a table (${message}). The application makes it when it starts.`
  }
  if (state !== '') return `The ${name} refuses: ${message}`
  return `The ${name} does not answer (${message}). Is it running, and is the address right?`
}

/** Of several addresses that were tried, the first one's. */
function firstOf(error: unknown): Error {
  if (error instanceof AggregateError && error.errors.length > 0) return firstOf(error.errors[0])
  return error instanceof Error ? error : new Error(String(error))
}
