// The state file of a data directory: what the cluster in it is, and which processes run it.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environmentOf, fileLines } from './environment.ts'
import { ClusterError } from './failure.ts'
import { birthOf } from './identity.ts'
import type { Ports } from './ports.ts'

const MADE_BY = 'sosik cluster'
const STATE_VERSION = 1

export type BrokerCount = 1 | 3

/** A process of the cluster; `birth` tells it from a later process with the same pid. */
export interface PartRecord {
  readonly name: string
  readonly pid: number
  readonly birth: string
  readonly stopSignal: NodeJS.Signals
}

export interface ClusterState {
  readonly madeBy: typeof MADE_BY
  readonly version: typeof STATE_VERSION
  /** 16 random bytes in base64url, as Kafka wants it. */
  readonly clusterId: string
  readonly brokerCount: BrokerCount
  readonly ports: Ports
  /** New at every start: a watchdog only stops the run that it watches. */
  readonly runId: string
  readonly phase: 'starting' | 'ready' | 'stopping' | 'stopped'
  readonly parts: readonly PartRecord[]
}

export function newState(fields: Omit<ClusterState, 'madeBy' | 'version'>): ClusterState {
  return { madeBy: MADE_BY, version: STATE_VERSION, ...fields }
}

function stateFile(dataDir: string): string {
  return join(dataDir, 'state.json')
}

export function logFile(dataDir: string, name: string): string {
  return join(dataDir, 'logs', `${name}.log`)
}

/** Undefined when there is no state file; throws when there is one that is not ours. */
export function readState(dataDir: string): ClusterState | undefined {
  const file = stateFile(dataDir)
  if (!existsSync(file)) return undefined
  const state = parseJson(readFileSync(file, 'utf8')) as Partial<ClusterState> | undefined
  if (state?.madeBy === MADE_BY && state.version === STATE_VERSION) return state as ClusterState
  throw new ClusterError(`${file} was not written by this sosik; choose another --data directory.`)
}

/** For `node --env-file`: there while the cluster is ready, so that programs find it unasked. */
export function environmentFile(dataDir: string): string {
  return join(dataDir, 'cluster.env')
}

/** Replaces the file in one step, so that a reader never sees half of it. */
export function writeState(dataDir: string, state: ClusterState): void {
  const next = `${stateFile(dataDir)}.${process.pid}.next`
  writeFileSync(next, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o644 })
  renameSync(next, stateFile(dataDir))
  if (state.phase !== 'ready') return rmSync(environmentFile(dataDir), { force: true })
  writeFileSync(environmentFile(dataDir), fileLines(environmentOf(state.ports)))
}

export function isAlive(part: PartRecord): boolean {
  return birthOf(part.pid) === part.birth
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
