// The toolkit's own tables, for the application to migrate with its own.
import { readFileSync } from 'node:fs'
import type { Migration } from '../postgres/sql.ts'

const sqlOf = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8')

export const outboxMigrations: readonly Migration[] = [
  { name: 'sosik/outbox', sql: sqlOf('tables.sql') },
  { name: 'sosik/outbox-holding', sql: sqlOf('holding.sql') },
]
