// The index of dead letters keeps its promises in memory, in PGlite and on a real server.
import { migrate } from '../postgres/migrate.ts'
import { outboxMigrations } from '../outbox/tables.ts'
import { pgliteDatabase } from '../postgres/pglite.ts'
import type { Database } from '../postgres/sql.ts'
import { scratchDatabase } from '../testing/scratch-database.ts'
import { memoryDeadLetters } from './memory.ts'
import { postgresDeadLetters } from './postgres.ts'
import { deadLetterStoreSuite } from './store.suite.ts'
import type { DeadLetterStore } from './store.ts'
import { deadLetterMigrations } from './tables.ts'

deadLetterStoreSuite('memory', async () => {
  let handled = new Set<string>()
  let inner: DeadLetterStore
  const open = () => {
    handled = new Set()
    inner = memoryDeadLetters({
      has: (group, eventId) => handled.has(`${group} ${eventId}`),
      giveUp: (group, eventId) => void handled.add(`${group} ${eventId}`),
    })
  }
  open()
  const store = new Proxy({} as DeadLetterStore, {
    get: (_, name: keyof DeadLetterStore) => inner[name],
  })
  return {
    store,
    handled: async (group, eventId) => void handled.add(`${group} ${eventId}`),
    empty: async () => open(),
    close: async () => {},
  }
})

const onDatabase = (open: () => Promise<Database>) => async () => {
  const database = await open()
  await migrate(database, [...outboxMigrations, ...deadLetterMigrations])
  return {
    store: postgresDeadLetters(database),
    async handled(group: string, eventId: string) {
      await database.query(
        'insert into inbox (consumer_group, event_id, payload_hash) values ($1, $2, $3)',
        [group, eventId, Buffer.from('hash')],
      )
    },
    async empty() {
      await database.query('truncate dead_letter, redrive_run, inbox')
    },
    close: () => database.close(),
  }
}

deadLetterStoreSuite('PGlite', onDatabase(pgliteDatabase))
deadLetterStoreSuite('PostgreSQL', onDatabase(scratchDatabase))
