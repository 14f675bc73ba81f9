// Starting a cluster: Kafka, PostgreSQL and Redis at the same time, all of them or none.
import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readConfig } from '../config.ts'
import { postgresAccount, postgresDirFor } from './account.ts'
import { openCrew, type PartExit } from './crew.ts'
import { brokerCountFor, openDirectory, takeDirectory } from './directory.ts'
import { type ClusterEnvironment, environmentOf } from './environment.ts'
import { newClusterId } from './kafka.ts'
import { hasKafka } from './kafka-jars.ts'
import { claimPorts, type Ports } from './ports.ts'
import { findPrograms } from './programs.ts'
import { type Start, startKafka, startPostgres, startRedis } from './starters.ts'
import { type BrokerCount, type ClusterState, newState } from './state.ts'
import { startWatchdog } from './watchdog.ts'

export interface ClusterOptions {
  /** Made when it does not exist; what it holds survives the cluster. */
  readonly dataDir: string
  /** 3 unless the directory was made with another number. */
  readonly brokers?: BrokerCount | undefined
  /** A dead broker is noticed after 2 s instead of 9 s: for runs with faults. */
  readonly fastFailover?: boolean
  /** False lets PostgreSQL skip its fsync: for tests only. */
  readonly durable?: boolean
  /** True lets the cluster outlive this process; otherwise it dies with it. */
  readonly detached?: boolean
  /** Aborting stops a start that is under way. */
  readonly signal?: AbortSignal
  readonly onProgress?: (line: string) => void
  /** A part ended though nobody here stopped or restarted it. */
  readonly onPartExit?: (exit: PartExit) => void
}

export interface Cluster {
  readonly env: ClusterEnvironment
  /** `kafka-1` to `kafka-3`, `postgres` and `redis`. */
  readonly parts: readonly { readonly name: string; readonly pid: number }[]
  /** Brings a part up again, after ending it if it lives; resolves when it is ready. */
  restart(name: string): Promise<void>
  /** Bounded; may be called more than once. */
  stop(): Promise<void>
}

const WATCHDOG = join(import.meta.dirname, './watchdog-main.ts')

/** Resolves when all answer. Otherwise stops what it has started and throws a ClusterError. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const dataDir = resolve(options.dataDir)
  mkdirSync(dataDir, { recursive: true })
  const release = takeDirectory(dataDir)
  try {
    return await startIn(dataDir, options)
  } finally {
    release()
  }
}

async function startIn(dataDir: string, options: ClusterOptions): Promise<Cluster> {
  const say = options.onProgress ?? (() => {})
  const { cacheDir, searchPath } = readConfig()
  const programs = findPrograms(searchPath, !hasKafka(cacheDir))
  const before = openDirectory(dataDir)
  const brokerCount = brokerCountFor(options.brokers, before)
  const account = postgresAccount()
  const postgresDir = postgresDirFor(dataDir, account)
  // Left over from a data directory of this name that was removed by hand.
  if (!before) rmSync(postgresDir, { recursive: true, force: true })
  const claim = await claimPorts(brokerCount, before?.ports)
  if (before && before.ports.redis !== claim.ports.redis) {
    say('ports: another program has taken one of the former ports; all are new')
  }
  const state = nextState(before, brokerCount, claim.ports)
  const crew = openCrew(dataDir, state, options.onPartExit ?? (() => {}))
  const watchdog = options.detached ? undefined : startWatchdog(WATCHDOG, [dataDir, state.runId])
  const failed = new AbortController()
  const signal = AbortSignal.any([failed.signal, ...(options.signal ? [options.signal] : [])])
  const { fastFailover = false, durable = true } = options
  const run = { state, crew, fastFailover, durable, signal, say }
  const start: Start = { dataDir, cacheDir, programs, account, postgresDir, ...run }
  const stop = async () => {
    await crew.stop()
    await watchdog?.end()
  }
  try {
    await together([startKafka(start), startPostgres(start), startRedis(start)], failed)
    crew.ready()
  } catch (error) {
    await stop()
    throw error
  } finally {
    claim.release()
  }
  let stopped: Promise<void> | undefined
  return {
    env: environmentOf(state.ports),
    get parts() {
      return crew.parts().map(({ name, pid }) => ({ name, pid }))
    },
    restart: async (name) => crew.start(crew.planOf(name), new AbortController().signal),
    stop: () => (stopped ??= stop()),
  }
}

function nextState(
  before: ClusterState | undefined,
  brokerCount: BrokerCount,
  ports: Ports,
): ClusterState {
  const clusterId = before?.clusterId ?? newClusterId()
  const run = { runId: randomUUID(), phase: 'starting', parts: [] } as const
  return newState({ clusterId, brokerCount, ports, ...run })
}

/** Waits for all to settle; the first failure tells the others to give up, and is thrown. */
async function together(starts: Promise<void>[], failed: AbortController): Promise<void> {
  const failures: unknown[] = []
  const noted = starts.map((start) =>
    start.catch((error: unknown) => {
      failures.push(error)
      failed.abort(error)
    }),
  )
  await Promise.all(noted)
  if (failures.length > 0) throw failures[0]
}
