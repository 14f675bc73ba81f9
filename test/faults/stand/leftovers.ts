// Everything that a run leaves on the machine, written down as it comes, and how it is taken away.
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { birthOf, stopRunning } from '@sosik/cli/cluster'
import { removeChain } from './firewall.ts'

const FOLDER_PREFIX = 'sosik-faults-'
const STATE_FILE = 'stand.json'
const HISTORY = 'history'

/** A process; `birth` tells it from a later one with the same number. */
interface Owned {
  readonly pid: number
  readonly birth: string
}

interface StandState {
  readonly owner: Owned
  /** The chain that holds the run's packet rules. */
  readonly chain: string
  readonly processes: readonly Owned[]
}

export const folderPrefix = (): string => join(tmpdir(), FOLDER_PREFIX)
export const clusterFolder = (folder: string): string => join(folder, 'cluster')
export const historyFolder = (folder: string): string => join(folder, HISTORY)

/** The run's list of what has to go; each change is on disk before the next thing happens. */
export function openLedger(folder: string, chain: string) {
  const owner = owned(process.pid)
  const processes = new Map<number, Owned>()
  const save = () => {
    const state: StandState = { owner, chain, processes: [...processes.values()] }
    const next = join(folder, `${STATE_FILE}.next`)
    writeFileSync(next, JSON.stringify(state))
    renameSync(next, join(folder, STATE_FILE))
  }
  save()
  return {
    add(pid: number): void {
      processes.set(pid, owned(pid))
      save()
    },
    remove(pid: number): void {
      processes.delete(pid)
      save()
    },
  }
}

/** Ends what runs for the folder and removes its packet rules; the history stays. Idempotent. */
export async function removeLeftovers(folder: string): Promise<void> {
  const state = readState(folder)
  for (const one of state?.processes ?? []) if (isAlive(one)) process.kill(one.pid, 'SIGKILL')
  if (state !== undefined) removeChain(state.chain)
  const cluster = clusterFolder(folder)
  if (existsSync(cluster)) {
    await stopRunning(cluster)
    rmSync(cluster, { recursive: true, force: true })
  }
  rmSync(join(folder, STATE_FILE), { force: true })
  if (!existsSync(historyFolder(folder))) rmSync(folder, { recursive: true, force: true })
}

/** What runs left whose own process is gone: they were killed, and their watchdogs too. */
export async function removeOldLeftovers(): Promise<void> {
  const names = readdirSync(tmpdir()).filter((name) => name.startsWith(FOLDER_PREFIX))
  for (const folder of names.map((name) => join(tmpdir(), name))) {
    const state = readState(folder)
    if (state !== undefined && !isAlive(state.owner)) await removeLeftovers(folder)
  }
}

function readState(folder: string): StandState | undefined {
  const file = join(folder, STATE_FILE)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as StandState) : undefined
}

const owned = (pid: number): Owned => ({ pid, birth: birthOf(pid) ?? 'never born' })

const isAlive = ({ pid, birth }: Owned): boolean => birthOf(pid) === birth
