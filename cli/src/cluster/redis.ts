// Redis: in memory only, for what may be lost.
import { mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { PartPlan } from './part.ts'
import { LOOPBACK } from './ports.ts'
import { logFile } from './state.ts'

const READY_LIMIT_MS = 20_000
const ANSWER_LIMIT_MS = 1_000

export interface RedisSetup {
  readonly redis: string
  readonly dataDir: string
  readonly port: number
}

export function redisPlan(setup: RedisSetup): PartPlan {
  const workDir = join(setup.dataDir, 'redis')
  mkdirSync(workDir, { recursive: true })
  const listen = ['--bind', LOOPBACK, '--port', String(setup.port)]
  return {
    name: 'redis',
    command: setup.redis,
    args: [...listen, '--save', '', '--appendonly', 'no', '--dir', workDir],
    workDir,
    logFile: logFile(setup.dataDir, 'redis'),
    stopSignal: 'SIGTERM',
    readyLimitMs: READY_LIMIT_MS,
    isReady: () => answersPing(setup.port),
  }
}

/** One inline command and its answer; no client library is needed for that. */
function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK, () => socket.write('PING\r\n'))
    const settle = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.setTimeout(ANSWER_LIMIT_MS, () => settle(false))
    socket.once('error', () => settle(false))
    socket.once('data', (bytes) => settle(bytes.toString().startsWith('+PONG')))
  })
}
