// One long-running process of a cluster: starting it, and waiting until it serves.
import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, renameSync } from 'node:fs'
import type { Account } from './account.ts'
import { ClusterError, logTail } from './failure.ts'
import { birthOf } from './identity.ts'
import type { PartRecord } from './state.ts'
import { waitUntil } from './wait.ts'

const NEVER_BORN = 'never born'

export interface PartPlan {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly workDir: string
  readonly logFile: string
  readonly account?: Account | undefined
  /** The one that means: finish what you do, and end. */
  readonly stopSignal: NodeJS.Signals
  readonly readyLimitMs: number
  /** Asks the process itself; a refusal is false, never an error. */
  isReady(): boolean | Promise<boolean>
}

export interface LivePart {
  readonly plan: PartPlan
  readonly record: PartRecord
  /** Resolves with the way it ended: `exit code 1`. */
  readonly ended: Promise<string>
}

/** Starts the process in a group of its own: Ctrl-C in a terminal reaches the starter only. */
export function launch(plan: PartPlan): LivePart {
  if (existsSync(plan.logFile)) renameSync(plan.logFile, `${plan.logFile}.previous`)
  const log = openSync(plan.logFile, 'w')
  const child = spawn(plan.command, plan.args, {
    ...plan.account,
    cwd: plan.workDir,
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(code === null ? `${signal}` : `exit code ${code}`))
  })
  child.unref()
  const pid = child.pid ?? 0
  const birth = (pid > 0 ? birthOf(pid) : undefined) ?? NEVER_BORN
  const record = { name: plan.name, pid, birth, stopSignal: plan.stopSignal }
  return { plan, record, ended }
}

/** Throws when the process ends, or its deadline passes, before it is ready. */
export async function untilReady(part: LivePart, signal: AbortSignal): Promise<void> {
  const { name, logFile, readyLimitMs } = part.plan
  let ending: string | undefined
  void part.ended.then((text) => {
    ending = text
  })
  const isReady = async () => {
    if (ending !== undefined) {
      throw new ClusterError(
        `${name} ended while it started: ${explain(ending)}.\n${hint(logFile)}`,
      )
    }
    return part.plan.isReady()
  }
  if (await waitUntil(isReady, readyLimitMs, signal)) return
  const seconds = readyLimitMs / 1000
  throw new ClusterError(`${name} is not ready after ${seconds} s.\n${hint(logFile)}`)
}

export function explain(ending: string): string {
  return ending === 'SIGKILL' ? 'SIGKILL (is there enough memory? see `free -m`)' : ending
}

function hint(file: string): string {
  return `${logTail(file)}\nMend what it says and start again; --reset begins with empty data.`
}
