// The stand's own tables, beside the product's: one row an effect, in the effect's transaction.
import { readFileSync } from 'node:fs'
import type { Migration } from 'sosik/postgres'

export const effectTables: readonly Migration[] = [
  {
    name: 'faults/effect',
    sql: readFileSync(new URL('effect-tables.sql', import.meta.url), 'utf8'),
  },
]
