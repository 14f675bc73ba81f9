// Brings a database up to date: each migration once, in order, one server at a time.
import type { Database, Migration } from './sql.ts'

/** Any number, as long as it stays: the advisory lock under which migrations run. */
const MIGRATION_LOCK = 7_305_119

/** Applies what is not applied yet and answers its names. */
export function migrate(database: Database, migrations: readonly Migration[]): Promise<string[]> {
  return database.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
    await tx.query(`create table if not exists migration (
      name text primary key, applied_at timestamptz not null default now())`)
    const rows = await tx.query<{ name: string }>('select name from migration')
    const applied = new Set(rows.map((row) => row.name))
    const missing = migrations.filter((one) => !applied.has(one.name))
    for (const one of missing) {
      for (const statement of statements(one.sql)) await tx.query(statement)
      await tx.query('insert into migration (name) values ($1)', [one.name])
    }
    return missing.map((one) => one.name)
  })
}

/** Our SQL files end each statement with a semicolon at a line's end, and only there. */
function statements(sql: string): string[] {
  return sql
    .split(/;\s*$/m)
    .map((one) => one.replace(/^\s*--.*$/gm, '').trim())
    .filter((one) => one !== '')
}
