// The stand: cluster, packet rules and server processes of one run, and the end of them all.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Cluster, startCluster, startWatchdog } from '@sosik/cli/cluster'
import { messenger } from '@sosik/contract/catalogue'
import { applyTopics, type EventLog, planTopics } from 'sosik'
import { kafkaEventLog } from 'sosik/kafka'
import { type Database, postgresPool } from 'sosik/postgres'
import { compileOnce, type CrewMember, openCrew } from './crew.ts'
import { chainName, type Firewall, openFirewall } from './firewall.ts'
import {
  clusterFolder,
  folderPrefix,
  historyFolder,
  openLedger,
  removeLeftovers,
  removeOldLeftovers,
} from './leftovers.ts'

export interface Stand {
  readonly historyFolder: string
  readonly cluster: Cluster
  readonly firewall: Firewall
  readonly crew: readonly CrewMember[]
  /** The stand's own connections: for records that nobody else writes, and for the truth. */
  readonly log: EventLog
  readonly database: Database
  /** Written down, so that it is ended with the rest. */
  readonly ledger: ReturnType<typeof openLedger>
  member(name: string): CrewMember
  /** Ends everything and removes everything but the history and the logs. Idempotent. */
  close(): Promise<void>
  /** Removes those too. */
  forget(): void
}

const WATCHDOG = join(import.meta.dirname, './watchdog-main.ts')
const STAND_CONNECTIONS = 4

export interface StandOptions {
  readonly say: (line: string) => void
  readonly signal: AbortSignal
  /** A server process ended though nobody ended it. */
  readonly onDeath: (name: string) => void
}

export async function openStand({ say, signal, onDeath }: StandOptions): Promise<Stand> {
  await removeOldLeftovers()
  const folder = mkdtempSync(folderPrefix())
  const history = historyFolder(folder)
  for (const path of [history, join(folder, 'logs'), clusterFolder(folder)]) mkdirSync(path)
  const chain = chainName()
  const ledger = openLedger(folder, chain)
  const watchdog = startWatchdog(WATCHDOG, [folder])
  const closers: (() => Promise<void> | void)[] = [
    () => watchdog.end(),
    () => removeLeftovers(folder),
  ]
  const close = async () => {
    for (const one of closers.splice(0).toReversed()) {
      try {
        await one()
      } catch (error) {
        // What comes after it has to go all the same.
        say(`closing the stand: ${String(error)}`)
      }
    }
  }
  try {
    const compiled = compileOnce(folder)
    const cluster = await startCluster({
      dataDir: clusterFolder(folder),
      brokers: 3,
      fastFailover: true,
      signal,
      onProgress: say,
    })
    closers.push(() => cluster.stop())
    const log = await kafkaEventLog({ brokers: cluster.env.KAFKA_BROKERS.split(',') })
    closers.push(() => log.close())
    await applyTopics(log.admin, await planTopics(log.admin, messenger))
    const database = postgresPool({
      url: cluster.env.DATABASE_URL,
      connectionsMax: STAND_CONNECTIONS,
    })
    closers.push(() => database.close())
    const firewall = openFirewall(chain)
    closers.push(() => firewall.close())
    const real = cluster.env
    const crew = await openCrew({ real, folder, historyFolder: history, ledger, onDeath })
    closers.push(async () => {
      await Promise.all(crew.map((one) => one.kill()))
    })
    await compiled
    await Promise.all(crew.map((one) => one.start()))
    return {
      historyFolder: history,
      cluster,
      firewall,
      crew,
      log,
      database,
      ledger,
      member(name) {
        const found = crew.find((one) => one.name === name)
        if (found === undefined) throw new Error(`There is no process ${name}.`)
        return found
      },
      close,
      forget: () => rmSync(folder, { recursive: true, force: true }),
    }
  } catch (error) {
    await close()
    throw error
  }
}
