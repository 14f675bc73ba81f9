// A server as its own process, to be started, killed and started again on one port and one folder.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

export interface ServerProcess {
  readonly url: string
  readonly pid: number
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
}

export const OPERATOR_TOKEN = 'operator-token-of-the-tests'
const START_MS_MAX = 60_000
const STOP_MS_MAX = 30_000
const OUTPUT_LENGTH_MAX = 200_000
const MAIN = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url))

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
  const child = spawn(process.execPath, [MAIN, ...(options.real ? ['--real'] : []), ...roles], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      PORT: String(options.port),
      OPERATOR_TOKEN,
      LOG_LEVEL: 'warn',
      ...(options.folder !== undefined && { DATA: options.folder }),
      ...options.real,
    },
  })
  const output = gather(child)
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  const endWithUs = () => child.kill('SIGKILL')
  process.once('exit', endWithUs)
  void exited.then(() => process.off('exit', endWithUs))
  const url = `http://127.0.0.1:${options.port}`
  await answering(url, exited, output)
  return {
    url,
    pid: child.pid ?? 0,
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

function gather(child: ChildProcess): () => string {
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
