// The product in this process on embedded parts, with its parts and its log lines at hand.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { messenger } from '@sosik/contract/catalogue'
import { readConfig, type Role } from '@sosik/server/src/config.ts'
import type { Parts } from '@sosik/server/src/parts.ts'
import { memoryRates } from '@sosik/server/src/rates/memory.ts'
import { startServer } from '@sosik/server/src/server.ts'
import { logDiagnostics } from '@sosik/server/src/telling.ts'
import { diskFileStore } from '@sosik/services/files/disk-store.ts'
import { memoryFanout } from '@sosik/services/live/fanout-memory.ts'
import { insertSession } from '@sosik/services/user/session-store.ts'
import { insertAccount } from '@sosik/services/user/store.ts'
import { newToken, tokenHash } from '@sosik/services/user/user.ts'
import { pino } from 'pino'
import { applyTopics, planTopics, systemClock } from 'sosik'
import { embeddedEventLog, memoryStorage } from 'sosik/embedded'
import type { Database } from 'sosik/postgres'
import { scratchPglite } from 'sosik/testing'
import { uuidv7 } from 'uuidv7'

export const OPERATOR_TOKEN = 'operator-token-of-the-tests'
/** Operators who may do less. */
export const OBSERVER_TOKEN = 'observer-token-of-the-tests'
export const REDRIVER_TOKEN = 'redriver-token-of-the-tests'
const OPERATORS = `Sora:read:${OBSERVER_TOKEN},Junho:read+redrive:${REDRIVER_TOKEN}`

export interface Somebody {
  readonly userId: number
  readonly sessionId: string
  readonly token: string
}

export interface Asked {
  readonly token?: string | undefined
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Product {
  readonly url: string
  readonly parts: Parts
  /** What it has logged, at every level. */
  readonly lines: readonly string[]
  ask(method: string, path: string, asked?: Asked): Promise<Response>
  /** Registered without the cost of a password, and signed in. */
  somebody(): Promise<Somebody>
  stop(): Promise<void>
}

export interface ProductOptions {
  /** Embedded ones when left out; closed by `stop`. */
  readonly parts?: Parts
  /** Instead of PostgreSQL inside the process, where no two transactions are under way at once. */
  readonly database?: Database
  /** Everything but the workers and the relay when left out. */
  readonly workers?: boolean
  /** These and no others. */
  readonly roles?: readonly Role[]
  readonly environment?: Readonly<Record<string, string>>
}

let people = 0

/** Of a password, at a cost that no sign-in has. */
const CHEAP_HASH =
  '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'

async function embedded(given: Database | undefined): Promise<Parts> {
  const log = embeddedEventLog({ storage: memoryStorage() })
  await applyTopics(log.admin, await planTopics(log.admin, messenger))
  const database = given ?? (await scratchPglite())
  const folder = await mkdtemp(join(tmpdir(), 'sosik-files-'))
  return {
    log,
    database,
    fanout: memoryFanout(),
    rates: memoryRates(systemClock),
    files: diskFileStore(folder),
    async close() {
      await rm(folder, { recursive: true })
      await log.close()
      await database.close()
    },
  }
}

export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const parts = options.parts ?? (await embedded(options.database))
  const operators = { OPERATOR_TOKEN, OPERATORS }
  const environment = { PORT: '0', ...operators, RATE_LIMIT_FACTOR: '0', ...options.environment }
  const config = readConfig([], environment)
  if (config === 'help') throw new Error('Nobody has asked for help.')
  const roles =
    options.roles ?? (options.workers ? config.roles : (['api', 'gateway', 'console'] as const))
  const lines: string[] = []
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const logger = pino({ level: 'trace', errorKey: 'error' }, sink)
  const silence = logDiagnostics(logger)
  const server = await startServer({ config: { ...config, roles }, parts, logger })
  return {
    url: server.url,
    parts,
    lines,
    ask: (method, path, asked) => ask(server.url, method, path, asked),
    somebody: () => somebody(parts.database),
    stop: () => server.stop().finally(silence),
  }
}

async function ask(
  url: string,
  method: string,
  path: string,
  { token, body, headers }: Asked = {},
): Promise<Response> {
  return fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
}

async function somebody(database: Database): Promise<Somebody> {
  const username = `somebody_${(people += 1)}`
  const given = { email: `${username}@example.com`, username, display_name: username }
  const now = new Date()
  const { user_id: userId } = await database.transaction((tx) =>
    insertAccount(tx, given, CHEAP_HASH, now),
  )
  const [sessionId, token] = [uuidv7(), newToken()]
  const session = { userId, sessionId, tokenHash: tokenHash(token), device: '', now }
  await insertSession(database, session, CHEAP_HASH)
  return { userId, sessionId, token }
}
