// How each of the three is brought up, from its programs to its first answer.
import type { Account } from './account.ts'
import { classArchiveOptions, hasClassArchive, makeClassArchive } from './class-archive.ts'
import type { Crew } from './crew.ts'
import { type KafkaSetup, kafkaPlans, prepareKafka } from './kafka.ts'
import { downloadKafka, hasKafka, kafkaClassPath, withCache } from './kafka-jars.ts'
import { isInitialised, postgresPlan, preparePostgres } from './postgres.ts'
import type { Programs } from './programs.ts'
import { redisPlan } from './redis.ts'
import type { ClusterState } from './state.ts'
import { stopwatch } from './wait.ts'

export interface Start {
  readonly dataDir: string
  readonly cacheDir: string
  readonly programs: Programs
  readonly account: Account | undefined
  readonly postgresDir: string
  readonly state: ClusterState
  readonly crew: Crew
  readonly fastFailover: boolean
  readonly durable: boolean
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

export async function startKafka(start: Start): Promise<void> {
  const { cacheDir, state, signal } = start
  const { java, mvn } = start.programs
  const wish = { cacheDir, java, mvn, signal, say: start.say }
  if (!hasKafka(cacheDir) || !hasClassArchive(cacheDir, java)) {
    await withCache(wish, async () => {
      await downloadKafka(wish)
      await makeClassArchive(wish)
    })
  }
  const setup: KafkaSetup = {
    ...state,
    classPath: kafkaClassPath(cacheDir),
    java,
    classArchive: classArchiveOptions(cacheDir, java),
    dataDir: start.dataDir,
    fastFailover: start.fastFailover,
  }
  const elapsed = stopwatch()
  const count = state.brokerCount
  const noun = count === 1 ? 'broker' : 'brokers'
  start.say(`kafka: starting ${count} ${noun} ...`)
  await prepareKafka(setup, signal)
  let readyCount = 0
  const bringUp = async (plan: ReturnType<typeof kafkaPlans>[number]) => {
    await start.crew.start(plan, signal)
    readyCount += 1
    start.say(`kafka: ${readyCount} of ${count} ${noun} ready ${elapsed()}`)
  }
  await Promise.all(kafkaPlans(setup).map(bringUp))
}

export async function startPostgres(start: Start): Promise<void> {
  const elapsed = stopwatch()
  const { state, signal } = start
  const { initdb, postgres } = start.programs
  const setup = {
    initdb,
    postgres,
    dataDir: start.dataDir,
    postgresDir: start.postgresDir,
    account: start.account,
    port: state.ports.postgres,
    durable: start.durable,
  }
  if (!isInitialised(start.postgresDir)) start.say('postgres: making the database ...')
  await preparePostgres(setup, signal)
  await start.crew.start(postgresPlan(setup), signal)
  start.say(`postgres: ready ${elapsed()}`)
}

export async function startRedis(start: Start): Promise<void> {
  const elapsed = stopwatch()
  const { dataDir, programs, state } = start
  const plan = redisPlan({ redis: programs.redis, dataDir, port: state.ports.redis })
  await start.crew.start(plan, start.signal)
  start.say(`redis: ready ${elapsed()}`)
}
