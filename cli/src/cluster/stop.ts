// Ending the processes of a cluster within a bound, also from another process than its starter.
import { join } from 'node:path'
import { ClusterError } from './failure.ts'
import { tryLock } from './lock.ts'
import { type ClusterState, isAlive, type PartRecord, readState, writeState } from './state.ts'
import { waitUntil } from './wait.ts'

// The last of three Kafka nodes waits 5 s for a quorum that is gone; that is its own bound.
const POLITE_LIMIT_MS = 15_000
// A node that has no quorum yet waits for one before it ends, and there is nothing to save.
const POLITE_LIMIT_WHILE_STARTING_MS = 2_000
const KILL_LIMIT_MS = 5_000
const STARTER_LIMIT_MS = 40_000

/** Held while a cluster starts, is reset, or is stopped from outside. */
export function startLockFile(dataDir: string): string {
  return join(dataDir, 'start.lock')
}

/** Asks each to end, kills what has not by the deadline; throws when even that did not help. */
export async function stopParts(
  parts: readonly PartRecord[],
  phase: ClusterState['phase'] = 'ready',
): Promise<void> {
  const limitMs = phase === 'starting' ? POLITE_LIMIT_WHILE_STARTING_MS : POLITE_LIMIT_MS
  await Promise.all(parts.map((part) => stopPart(part, limitMs)))
  const left = parts.filter(isAlive).map(({ name, pid }) => `${name} (pid ${pid})`)
  if (left.length > 0) throw new ClusterError(`Still running after SIGKILL: ${left.join(', ')}.`)
}

async function stopPart(part: PartRecord, politeLimitMs: number): Promise<void> {
  const hasEnded = () => !isAlive(part)
  send(part, part.stopSignal)
  // One that was frozen by a fault run only hears the signal after this.
  send(part, 'SIGCONT')
  if (await waitUntil(hasEnded, politeLimitMs)) return
  send(part, 'SIGKILL')
  await waitUntil(hasEnded, KILL_LIMIT_MS)
}

function send(part: PartRecord, signal: NodeJS.Signals): void {
  if (!isAlive(part)) return
  try {
    process.kill(part.pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/**
 * Stops whatever runs in the directory, and a start that is under way; returns the names of the
 * parts that it ended. With `runId` only that run is touched.
 */
export async function stopRunning(dataDir: string, runId?: string): Promise<string[]> {
  const stopped: string[] = []
  const isDown = async () => {
    const state = readState(dataDir)
    if (!state || (runId !== undefined && state.runId !== runId)) return true
    const alive = state.parts.filter(isAlive)
    if (state.phase !== 'stopped') writeState(dataDir, { ...state, phase: 'stopping' })
    await stopParts(alive, state.phase)
    stopped.push(...alive.map((part) => part.name))
    return settle(dataDir)
  }
  if (await waitUntil(isDown, STARTER_LIMIT_MS)) return stopped
  throw new ClusterError(`Another process keeps starting a cluster in ${dataDir}; stop that first.`)
}

/** Marks the directory as stopped, unless a starter is at work in it. */
function settle(dataDir: string): boolean {
  const release = tryLock(startLockFile(dataDir))
  if (!release) return false
  try {
    const state = readState(dataDir)
    if (state?.parts.some(isAlive)) return false
    if (state) writeState(dataDir, { ...state, phase: 'stopped', parts: [] })
    return true
  } finally {
    release()
  }
}
