// A server as its own process, to be started, killed and started again on one port and one folder.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

export interface ServerProcess {
  readonly url: string
  readonly pid: number
  /** Resolves with the exit code, null after a signal. */
  readonly exited: Promise<number | null>
  /** SIGKILL: nothing is finished, nothing is flushed. */
  kill(): Promise<void>
  /** SIGTERM, and the exit code; throws when it does not end in time. */
  stop(): Promise<number | null>
}

export interface ServerProcessOptions {
  readonly port: number
  /** Folder of the embedded parts. */
  readonly folder?: string
  /** KAFKA_BROKERS, DATABASE_URL, REDIS_URL of the real parts. */
  readonly real?: Readonly<Record<string, string>>
  readonly roles?: readonly string[]
  /** The shipped server's, when left out. */
  readonly main?: string
  /** Beside what is said above. */
  readonly environment?: Readonly<Record<string, string>>
  /** Where what it prints is kept; when left out only its end is, for an error. */
  readonly logFile?: string
  /** Told as soon as there is a process, long before it answers. */
  readonly onStart?: (pid: number) => void
}

export const OPERATOR_TOKEN = 'operator-token-of-the-tests'
/** Few people say more here than many do elsewhere; limits have tests of their own. */
const UNLIMITED = '0'
const START_MS_MAX = 60_000
const STOP_MS_MAX = 30_000
const OUTPUT_LENGTH_MAX = 200_000
const MAIN = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url))

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Resolves when the server answers; rejects with what it printed when it ends before that. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const roles = (options.roles ?? []).flatMap((role) => ['--role', role])
  const log = options.logFile === undefined ? undefined : openSync(options.logFile, 'a')
  const args = [options.main ?? MAIN, ...(options.real ? ['--real'] : []), ...roles]
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', log ?? 'pipe', log ?? 'pipe'],
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      PORT: String(options.port),
      OPERATOR_TOKEN,
      LOG_LEVEL: 'warn',
      RATE_LIMIT_FACTOR: UNLIMITED,
      ...(options.folder !== undefined && { DATA: options.folder }),
      ...options.real,
      ...options.environment,
    },
  })
  if (log !== undefined) closeSync(log)
  options.onStart?.(child.pid ?? 0)
  const output = gather(child, options.logFile)
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  running.add(child)
  void exited.then(() => running.delete(child))
  const url = `http://127.0.0.1:${options.port}`
  try {
    await answering(url, exited, output)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  return {
    url,
    pid: child.pid ?? 0,
    exited,
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
    async stop() {
      child.kill('SIGTERM')
      const deadline = AbortSignal.timeout(STOP_MS_MAX)
      const late = new Promise<never>((_, reject) => {
        deadline.addEventListener('abort', () => reject(new Error(`no end:\n${output()}`)))
      })
      return Promise.race([exited, late])
    },
  }
}

function gather(child: ChildProcess, logFile: string | undefined): () => string {
  if (logFile !== undefined) return () => `see ${logFile}`
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-OUTPUT_LENGTH_MAX)
    })
  }
  return () => text
}

async function answering(
  url: string,
  exited: Promise<number | null>,
  output: () => string,
): Promise<void> {
  let ended = false
  void exited.then(() => {
    ended = true
  })
  const deadline = Date.now() + START_MS_MAX
  while (Date.now() < deadline) {
    if (ended) throw new Error(`the server ended before it answered:\n${output()}`)
    const healthy = await fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    )
    if (healthy) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`the server did not answer in ${START_MS_MAX} ms:\n${output()}`)
}
