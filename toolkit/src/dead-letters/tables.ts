// The tables of the index of dead letters, for the application to migrate with its own.
import { readFileSync } from 'node:fs'
import type { Migration } from '../postgres/sql.ts'

/** After `outboxMigrations`: the index looks into the inbox. */
export const deadLetterMigrations: readonly Migration[] = [
  { name: 'sosik/dead-letters', sql: readFileSync(new URL('tables.sql', import.meta.url), 'utf8') },
]
