// The parts that a test runs on: a folder for the embedded ones, a cluster for the real ones.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCluster } from '@sosik/cli/cluster'
import { planTopics, applyTopics } from 'sosik'
import { kafkaEventLog } from 'sosik/kafka'
import { messenger } from '@sosik/contract/catalogue'

export type RealEnvironment = Readonly<
  Record<'KAFKA_BROKERS' | 'DATABASE_URL' | 'REDIS_URL', string>
>

/** The parts that the environment names, or undefined when it does not name all three. */
export function realEnvironment(environment = process.env): RealEnvironment | undefined {
  const { KAFKA_BROKERS, DATABASE_URL, REDIS_URL } = environment
  if (!KAFKA_BROKERS || !DATABASE_URL || !REDIS_URL) return undefined
  return { KAFKA_BROKERS, DATABASE_URL, REDIS_URL }
}

/** Gives three brokers with the messenger's topics: the environment's, or some of its own. */
export async function withRealParts<Answer>(
  use: (real: RealEnvironment) => Promise<Answer>,
): Promise<Answer> {
  const given = realEnvironment()
  if (given !== undefined) {
    await createTopics(given)
    return use(given)
  }
  return withFolder(async (folder) => {
    const cluster = await startCluster({
      dataDir: folder,
      brokers: 3,
      onProgress: (line) => console.error(line),
    })
    try {
      await createTopics(cluster.env)
      return await use(cluster.env)
    } finally {
      await cluster.stop()
    }
  })
}

/** Gives an empty folder and deletes it afterwards. */
export async function withFolder<Answer>(use: (folder: string) => Promise<Answer>) {
  const folder = await mkdtemp(join(tmpdir(), 'sosik-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export async function createTopics(real: RealEnvironment): Promise<void> {
  const log = await kafkaEventLog({ brokers: real.KAFKA_BROKERS.split(','), clientId: 'tests' })
  try {
    await applyTopics(log.admin, await planTopics(log.admin, messenger))
  } finally {
    await log.close()
  }
}
