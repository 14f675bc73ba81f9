// The parts a server stands on: embedded in this process, or real. Nothing else knows which.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { messenger } from '@sosik/contract/catalogue'
import { diskFileStore } from '@sosik/services/files/disk-store.ts'
import type { FileStore } from '@sosik/services/files/file-store.ts'
import { s3FileStore } from '@sosik/services/files/s3-store.ts'
import type { Fanout } from '@sosik/services/live/fanout.ts'
import { memoryFanout } from '@sosik/services/live/fanout-memory.ts'
import { redisFanout } from '@sosik/services/live/fanout-redis.ts'
import { applyTopics, type EventLog, planTopics, requireTopics, systemClock } from 'sosik'
import { diskStorage, embeddedEventLog } from 'sosik/embedded'
import { kafkaEventLog } from 'sosik/kafka'
import { type Database, pgliteDatabase, postgresPool } from 'sosik/postgres'
import type { FilesPlace, RealParts } from './config.ts'
import { memoryRates } from './rates/memory.ts'
import type { Rates } from './rates/rates.ts'
import { redisRates } from './rates/redis.ts'
import { sharedRates } from './rates/shared.ts'

export interface Parts {
  readonly log: EventLog
  readonly database: Database
  readonly fanout: Fanout
  readonly rates: Rates
  readonly files: FileStore
  close(): Promise<void>
}

/** Everything in this process, kept in a folder; its topics are made as needed. */
export async function embeddedParts(folder: string, place: FilesPlace): Promise<Parts> {
  await mkdir(folder, { recursive: true })
  const log = embeddedEventLog({ storage: diskStorage(join(folder, 'log')) })
  await applyTopics(log.admin, await planTopics(log.admin, messenger))
  const database = await pgliteDatabase(join(folder, 'database'))
  const rates = memoryRates(systemClock)
  return closing({ log, database, fanout: memoryFanout(), rates, files: fileStore(place) })
}

/** Throws `TopicMissingError`, which says what to run, when the topics are not there. */
export async function realParts(
  real: RealParts,
  place: FilesPlace,
  onError: (error: Error) => void,
): Promise<Parts> {
  const log = await kafkaEventLog({
    brokers: real.kafkaBrokers,
    clientId: 'sosik',
    ...real.kafkaSecurity,
  })
  try {
    await requireTopics(log.admin, messenger)
    const database = postgresPool({ url: real.databaseUrl, onError })
    await database.query('select 1')
    const redis = { url: real.redisUrl, onError }
    const [fanout, shared] = await Promise.all([redisFanout(redis), redisRates(redis)])
    const own = memoryRates(systemClock)
    const rates = sharedRates({ own, shared, clock: systemClock, onError })
    return closing({ log, database, fanout, rates, files: fileStore(place) })
  } catch (error) {
    await log.close()
    throw error
  }
}

function fileStore({ folder, s3 }: FilesPlace): FileStore {
  return s3 === undefined ? diskFileStore(folder) : s3FileStore(s3)
}

function closing(parts: Omit<Parts, 'close'>): Parts {
  return {
    ...parts,
    async close() {
      await Promise.all([parts.log.close(), parts.fanout.close(), parts.rates.close()])
      await parts.database.close()
    },
  }
}
