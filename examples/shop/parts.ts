// What the shop runs on: everything in this process, or Kafka and PostgreSQL.
import type { EventLog } from 'sosik'
import { embeddedEventLog, memoryStorage } from 'sosik/embedded'
import { kafkaEventLog } from 'sosik/kafka'
import { type Database, pgliteDatabase, postgresPool } from 'sosik/postgres'

export interface Parts {
  readonly log: EventLog
  readonly database: Database
}

export async function embeddedParts(): Promise<Parts> {
  const log = embeddedEventLog({ storage: memoryStorage() })
  return { log, database: await pgliteDatabase() }
}

export async function realParts(brokers: readonly string[], databaseUrl: string): Promise<Parts> {
  const log = await kafkaEventLog({ brokers: [...brokers] })
  return { log, database: postgresPool({ url: databaseUrl }) }
}
