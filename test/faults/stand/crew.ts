// The server processes of the stand, each with a port of its own that it keeps through its lives.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { ClusterEnvironment } from '@sosik/cli/cluster'
import { freePort, type ServerProcess, startServerProcess } from '../../support/server-process.ts'
import { PROCESSES, type ProcessPlan } from './plan.ts'

export interface CrewMember extends ProcessPlan {
  readonly url: string
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
  for (const plan of PROCESSES) members.push(memberOf(plan, await freePort(), parts))
  return members
}

function memberOf(plan: ProcessPlan, port: number, parts: CrewParts): CrewMember {
  let server: ServerProcess | undefined
  let pid: number | undefined
  let lives = 0
  let isPaused = false
  let isWanted = false

  const ended = () => {
    if (pid !== undefined) parts.ledger.remove(pid)
    server = undefined
    pid = undefined
    isPaused = false
  }

  async function launch(): Promise<void> {
    lives += 1
    const started = await startServerProcess({
      ...processOf(plan, port, lives, parts),
      onStart(begun) {
        pid = begun
        parts.ledger.add(begun)
      },
    })
    server = started
    void started.exited.then(() => {
      if (server !== started || !isWanted) return
      ended()
      parts.onDeath(plan.name)
      void member.start()
    })
  }

  const member: CrewMember = {
    ...plan,
    port,
    url: `http://127.0.0.1:${port}`,
    get pid() {
      return pid
    },
    async start() {
      isWanted = true
      for (let tries = 1; isWanted; tries += 1) {
        try {
          return await launch()
        } catch (error) {
          ended()
          if (tries === START_TRIES) throw error
          await delay(RESTART_MS)
        }
      }
    },
    async kill() {
      isWanted = false
      if (server !== undefined) await server.kill()
      else if (pid !== undefined) process.kill(pid, 'SIGKILL')
      ended()
    },
    pause() {
      if (server === undefined || isPaused) return
      process.kill(server.pid, 'SIGSTOP')
      isPaused = true
    },
    resume() {
      if (server === undefined || !isPaused) return
      process.kill(server.pid, 'SIGCONT')
      isPaused = false
    },
    async stop() {
      isWanted = false
      await server?.stop()
      ended()
    },
  }
  return member
}

function processOf(plan: ProcessPlan, port: number, life: number, parts: CrewParts) {
  return {
    port,
    real: { ...parts.real },
    roles: plan.roles,
    logFile: join(parts.folder, 'logs', `${plan.name}.log`),
    environment: {
      NODE_COMPILE_CACHE: compiledFolder(parts.folder),
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
