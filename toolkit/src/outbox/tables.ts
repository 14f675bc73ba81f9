// The toolkit's own tables, for the application to migrate with its own.
import { readFileSync } from 'node:fs'
import type { Migration } from '../postgres/sql.ts'

export const outboxMigrations: readonly Migration[] = [
  { name: 'sosik/outbox', sql: readFileSync(new URL('tables.sql', import.meta.url), 'utf8') },
]
