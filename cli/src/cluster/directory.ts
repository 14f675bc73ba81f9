// A data directory as a whole: whose it is, what a start in it continues, and wiping it.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { outsideDirOf } from './account.ts'
import { ClusterError } from './failure.ts'
import { tryLock } from './lock.ts'
import { type BrokerCount, type ClusterState, isAlive, readState } from './state.ts'
import { startLockFile } from './stop.ts'

const BROKER_COUNT_DEFAULT: BrokerCount = 3
const OWN_ENTRIES = [
  'kafka',
  'postgres',
  'postgres.new',
  'redis',
  'logs',
  'state.json',
  'cluster.env',
]

/** Takes the directory for a start or a reset; throws when it is not ours, or not free. */
export function takeDirectory(dataDir: string): () => void {
  refuseForeign(dataDir)
  const release = tryLock(startLockFile(dataDir))
  if (release) return release
  throw new ClusterError(`Another process is starting a cluster in ${dataDir}; wait for it.`)
}

/** What was there before this start; throws when a cluster runs there. */
export function openDirectory(dataDir: string): ClusterState | undefined {
  const state = readState(dataDir)
  if (state?.parts.some(isAlive)) {
    throw new ClusterError(`A cluster runs in ${dataDir}: see --env, or end it with --kill.`)
  }
  mkdirSync(join(dataDir, 'logs'), { recursive: true })
  return state
}

function refuseForeign(dataDir: string): void {
  if (readState(dataDir) || !existsSync(dataDir)) return
  // SQLite keeps a journal beside the lock file while the lock is held. `logs` is what a start
  // leaves that was killed before it wrote its state.
  const ours = [basename(startLockFile(dataDir)), 'logs', 'state.json']
  const strange = readdirSync(dataDir).filter((name) => !ours.some((own) => name.startsWith(own)))
  if (strange.length === 0) return
  throw new ClusterError(
    `${dataDir} holds ${strange[0]}, which is not a cluster's; choose another --data directory.`,
  )
}

/** The number asked for, which cannot differ from the one that the data was made with. */
export function brokerCountFor(
  asked: BrokerCount | undefined,
  before: ClusterState | undefined,
): BrokerCount {
  const count = asked ?? before?.brokerCount ?? BROKER_COUNT_DEFAULT
  if (!before || before.brokerCount === count) return count
  throw new ClusterError(
    `The data was made with --brokers ${before.brokerCount}; ` +
      `use that, another --data directory, or --reset to begin with empty data.`,
  )
}

/** Removes what a cluster made, and nothing else that lies in the directory. */
export function resetDirectory(dataDir: string): void {
  if (!existsSync(dataDir)) return
  const release = takeDirectory(dataDir)
  try {
    openDirectory(dataDir)
    const outside = outsideDirOf(dataDir)
    const own = OWN_ENTRIES.map((name) => join(dataDir, name))
    for (const path of [outside, `${outside}.new`, ...own]) {
      rmSync(path, { recursive: true, force: true })
    }
  } finally {
    release()
  }
}
