// The shop as one process: tables and topics, the relay, and a member of each group.
import { readFileSync } from 'node:fs'
import {
  applyTopics,
  createOutbox,
  createRelay,
  deadLetterMigrations,
  deadLetters,
  DomainEventConsumer,
  outboxMigrations,
  planTopics,
  postgresDeadLetters,
  postgresOutboxStore,
  transactionalEffects,
} from 'sosik'
import { migrate } from 'sosik/postgres'
import { desk, shop, warehouse } from './catalogue.ts'
import { deskHandlers, openDesk } from './desk.ts'
import type { Parts } from './parts.ts'
import { warehouseHandlers } from './warehouse.ts'

const tables = readFileSync(new URL('tables.sql', import.meta.url), 'utf8')

export async function openShop({ log, database }: Parts) {
  const own = { name: 'shop/tables', sql: tables }
  await migrate(database, [...outboxMigrations, ...deadLetterMigrations, own])
  await applyTopics(log.admin, await planTopics(log.admin, shop))

  const outbox = createOutbox()
  const store = postgresOutboxStore(database, { catalogue: shop })
  const relay = createRelay({ store, log, outbox })
  const index = postgresDeadLetters(database)
  const warehouseMember = new DomainEventConsumer({
    log,
    catalogue: shop,
    group: warehouse,
    handlers: warehouseHandlers,
    effects: transactionalEffects({ database, outbox, group: warehouse.name }),
    deadLetters: index,
  })
  const deskMember = new DomainEventConsumer({
    log,
    catalogue: shop,
    group: desk,
    handlers: deskHandlers,
    effects: transactionalEffects({ database, outbox, group: desk.name, together: 16 }),
    deadLetters: index,
  })
  relay.start()
  await Promise.all([warehouseMember.start(), deskMember.start()])

  return {
    desk: openDesk(database, outbox),
    letters: deadLetters({ store: index, admin: log.admin, group: warehouse.name }),
    /** What the warehouse has read, and how each record ended. */
    account: () => warehouseMember.account,
    async close(): Promise<void> {
      await Promise.all([warehouseMember.stop(), deskMember.stop()])
      await relay.stop()
      await log.close()
      await database.close()
    },
  }
}
