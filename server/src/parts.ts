// The parts a server stands on: embedded in this process, or real. Nothing else knows which.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { messenger } from '@sosik/contract/catalogue'
import type { Fanout } from '@sosik/services/live/fanout.ts'
import { memoryFanout } from '@sosik/services/live/fanout-memory.ts'
import { redisFanout } from '@sosik/services/live/fanout-redis.ts'
import { applyTopics, type EventLog, planTopics, requireTopics } from 'sosik'
import { diskStorage, embeddedEventLog } from 'sosik/embedded'
import { kafkaEventLog } from 'sosik/kafka'
import { type Database, pgliteDatabase, postgresPool } from 'sosik/postgres'
import type { RealParts } from './config.ts'

export interface Parts {
  readonly log: EventLog
  readonly database: Database
  readonly fanout: Fanout
  close(): Promise<void>
}

/** Everything in this process, kept in a folder; its topics are made as needed. */
export async function embeddedParts(folder: string): Promise<Parts> {
  await mkdir(folder, { recursive: true })
  const log = embeddedEventLog({ storage: diskStorage(join(folder, 'log')) })
  await applyTopics(log.admin, await planTopics(log.admin, messenger))
  const database = await pgliteDatabase(join(folder, 'database'))
  return closing(log, database, memoryFanout())
}

/** Throws `TopicMissingError`, which says what to run, when the topics are not there. */
export async function realParts(real: RealParts, onError: (error: Error) => void): Promise<Parts> {
  const log = await kafkaEventLog({
    brokers: real.kafkaBrokers,
    clientId: 'sosik',
    ...real.kafkaSecurity,
  })
  try {
    await requireTopics(log.admin, messenger)
    const database = postgresPool({ url: real.databaseUrl, onError })
    await database.query('select 1')
    const fanout = await redisFanout({ url: real.redisUrl, onError })
    return closing(log, database, fanout)
  } catch (error) {
    await log.close()
    throw error
  }
}

function closing(log: EventLog, database: Database, fanout: Fanout): Parts {
  return {
    log,
    database,
    fanout,
    async close() {
      await Promise.all([log.close(), fanout.close()])
      await database.close()
    },
  }
}
