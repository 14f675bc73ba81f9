// The server processes of the stand, each with a port of its own that it keeps through its lives.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { ClusterEnvironment } from '@sosik/cli/cluster'
import { freePort, type ServerProcess, startServerProcess } from '../../support/server-process.ts'
import { PROCESSES, type ProcessPlan } from './plan.ts'

export interface CrewMember extends Omit<ProcessPlan, 'niceness'> {
  readonly port: number
  /** Undefined while it is down. */
  readonly pid: number | undefined
  /** Resolves when it answers; like a supervisor, it starts it again until it does. */
  start(): Promise<void>
  /** SIGKILL; stays down until it is started. */
  kill(): Promise<void>
  /** SIGSTOP. */
  pause(): void
  /** SIGCONT; nothing happens unless it is paused. */
  resume(): void
  /** SIGTERM; throws when it does not end by itself. */
  stop(): Promise<void>
}

export interface CrewParts {
  readonly real: ClusterEnvironment
  readonly folder: string
  readonly historyFolder: string
  readonly ledger: { add(pid: number): void; remove(pid: number): void }
  /** A process ended though nobody here ended it; it is started again. */
  readonly onDeath: (name: string) => void
}

const START_TRIES = 20
const RESTART_MS = 500
const SHIPPED_MAIN = join(import.meta.dirname, '../../../server/src/main.ts')
const WATCHED_MAIN = join(import.meta.dirname, '../subject/main.ts')

export async function openCrew(parts: CrewParts): Promise<CrewMember[]> {
  const members: CrewMember[] = []
  for (const plan of PROCESSES) members.push(new Member(plan, await freePort(), parts))
  return members
}

class Member implements CrewMember {
  readonly name: string
  readonly roles: readonly string[]
  readonly entry: ProcessPlan['entry']
  readonly port: number
  pid: number | undefined
  readonly #plan: ProcessPlan
  readonly #parts: CrewParts
  #server: ServerProcess | undefined
  #lives = 0
  #isPaused = false
  #isWanted = false
  /** One at a time: two of them would start two processes. */
  #starting: Promise<void> | undefined

  constructor(plan: ProcessPlan, port: number, parts: CrewParts) {
    this.name = plan.name
    this.roles = plan.roles
    this.entry = plan.entry
    this.port = port
    this.#plan = plan
    this.#parts = parts
  }

  start(): Promise<void> {
    this.#isWanted = true
    this.#starting ??= this.#startSurely().finally(() => {
      this.#starting = undefined
    })
    return this.#starting
  }

  async #startSurely(): Promise<void> {
    for (let tries = 1; this.#isWanted; tries += 1) {
      try {
        return await this.#launch()
      } catch (error) {
        this.#ended()
        if (tries === START_TRIES) throw error
        await delay(RESTART_MS)
      }
    }
  }

  async kill(): Promise<void> {
    this.#isWanted = false
    if (this.#server !== undefined) await this.#server.kill()
    else if (this.pid !== undefined) process.kill(this.pid, 'SIGKILL')
    await this.#starting
    this.#ended()
  }

  pause(): void {
    if (this.#server === undefined || this.#isPaused) return
    process.kill(this.#server.pid, 'SIGSTOP')
    this.#isPaused = true
  }

  resume(): void {
    if (this.#server === undefined || !this.#isPaused) return
    process.kill(this.#server.pid, 'SIGCONT')
    this.#isPaused = false
  }

  async stop(): Promise<void> {
    this.#isWanted = false
    await this.#starting
    this.#prefer(0)
    await this.#server?.stop()
    this.#ended()
  }

  /** Whoever comes or goes is as nice as all: the others wait for that. */
  #prefer(niceness: number): void {
    try {
      if (this.pid !== undefined) setPriority(this.pid, niceness)
    } catch {
      // It has ended by itself.
    }
  }

  async #launch(): Promise<void> {
    this.#lives += 1
    const { ledger, onDeath } = this.#parts
    const server = await startServerProcess({
      ...processOf(this.#plan, this.port, this.#lives, this.#parts),
      onStart: (pid) => {
        this.pid = pid
        ledger.add(pid)
      },
    })
    this.#server = server
    this.#prefer(this.#plan.niceness)
    void server.exited.then(() => {
      if (this.#server !== server || !this.#isWanted) return
      this.#ended()
      onDeath(this.name)
      void this.start()
    })
  }

  #ended(): void {
    if (this.pid !== undefined) this.#parts.ledger.remove(this.pid)
    this.#server = undefined
    this.pid = undefined
    this.#isPaused = false
  }
}

function processOf(plan: ProcessPlan, port: number, life: number, parts: CrewParts) {
  return {
    port,
    real: { ...parts.real },
    roles: plan.roles,
    logFile: join(parts.folder, 'logs', `${plan.name}.log`),
    environment: {
      NODE_COMPILE_CACHE: compiledFolder(parts.folder),
      NODE_OPTIONS: '--max-semi-space-size=32',
      // Two hundred people share an address here.
      RATE_LIMIT_FACTOR: '100',
      FAULTS_NAME: `${plan.name}.${life}`,
      FAULTS_HISTORY: parts.historyFolder,
    },
    ...(plan.entry === 'watched' && { main: WATCHED_MAIN }),
  }
}

const compiledFolder = (folder: string): string => join(folder, 'compiled')

/** Leaves the server's code compiled in the folder, so that thirteen processes need not do it. */
export async function compileOnce(folder: string): Promise<void> {
  const compiling = spawn(process.execPath, [SHIPPED_MAIN, '--help'], {
    stdio: 'ignore',
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: compiledFolder(folder) },
  })
  await once(compiling, 'exit')
}
