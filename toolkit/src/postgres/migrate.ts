// Brings a database up to date: each migration once, in order, one server at a time.
import { createHash } from 'node:crypto'
import { MigrationChangedError } from '../errors.ts'
import type { Database, Migration } from './sql.ts'

/** Any number, as long as it stays: the advisory lock under which migrations run. */
const MIGRATION_LOCK = 7_305_119
const IS_MADE = "select to_regclass('migration') is not null as made"
const TABLE = `create table migration (
  name text primary key, hash text not null, applied_at timestamptz not null default now())`

/** Applies what is not applied yet and answers its names. Throws `MigrationChangedError`. */
export function migrate(database: Database, migrations: readonly Migration[]): Promise<string[]> {
  return database.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
    // Asked first: to make a table that is there already is a right that few should have.
    const [table] = await tx.query<{ made: boolean }>(IS_MADE)
    if (table?.made !== true) await tx.query(TABLE)
    const rows = await tx.query<{ name: string; hash: string }>('select * from migration')
    const applied = new Map(rows.map((row) => [row.name, row.hash]))
    const missing = migrations.filter((one) => !applied.has(one.name))
    for (const { name, sql } of migrations) {
      if (applied.has(name) && applied.get(name) !== hashOf(sql))
        throw new MigrationChangedError(name)
    }
    for (const one of missing) {
      for (const statement of statements(one.sql)) await tx.query(statement)
      const row = [one.name, hashOf(one.sql)]
      await tx.query('insert into migration (name, hash) values ($1, $2)', row)
    }
    return missing.map((one) => one.name)
  })
}

const hashOf = (sql: string): string => createHash('sha256').update(sql).digest('hex')

/** Our SQL files end each statement with a semicolon at a line's end, and only there. */
function statements(sql: string): string[] {
  return sql
    .split(/;\s*$/m)
    .map((one) => one.replace(/^\s*--.*$/gm, '').trim())
    .filter((one) => one !== '')
}
