// PostgreSQL: a data directory with one role and one database, the server, and when it answers.
import { chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Client } from 'pg'
import type { Account } from './account.ts'
import { DATABASE_NAME, DATABASE_ROLE } from './environment.ts'
import { runErrand } from './errand.ts'
import type { PartPlan } from './part.ts'
import { LOOPBACK } from './ports.ts'
import { logFile } from './state.ts'

const SUPERUSER = 'postgres'
const CONNECTIONS_MAX = 200
const ERRAND_LIMIT_MS = 60_000
const READY_LIMIT_MS = 60_000
const ANSWER_LIMIT_MS = 2_000
const PRIVATE_DIR = 0o700

export interface PostgresSetup {
  readonly initdb: string
  readonly postgres: string
  readonly dataDir: string
  readonly postgresDir: string
  readonly account: Account | undefined
  readonly port: number
  /** False trades the safety of data in a power cut for speed: for tests only. */
  readonly durable: boolean
}

export function isInitialised(postgresDir: string): boolean {
  return existsSync(join(postgresDir, 'PG_VERSION'))
}

/** Nobody can log in as superuser; the cluster's role may make databases of its own. */
const FIRST_STATEMENTS = [
  `create role ${DATABASE_ROLE} login createdb in role pg_monitor, pg_signal_backend;`,
  `create database ${DATABASE_NAME} owner ${DATABASE_ROLE};`,
]
const LOGIN_RULES = `host all ${DATABASE_ROLE} ${LOOPBACK}/32 trust\n`

/** Made aside and then renamed: a start that was killed leaves no half directory. */
export async function preparePostgres(setup: PostgresSetup, signal: AbortSignal): Promise<void> {
  if (isInitialised(setup.postgresDir)) return
  const draft = `${setup.postgresDir}.new`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(dirname(draft), { recursive: true })
  mkdirSync(draft, { mode: PRIVATE_DIR })
  if (setup.account) chownSync(draft, setup.account.uid, setup.account.gid)
  const base = { account: setup.account, limitMs: ERRAND_LIMIT_MS, signal, workDir: draft }
  const locale = process.platform === 'linux' ? ['--locale=C.UTF-8'] : []
  const sync = setup.durable ? [] : ['--no-sync']
  await runErrand({
    ...base,
    purpose: 'Making the PostgreSQL data directory',
    command: setup.initdb,
    args: ['-D', draft, '-U', SUPERUSER, '--auth=reject', '--encoding=UTF8', ...locale, ...sync],
    logFile: logFile(setup.dataDir, 'postgres-initdb'),
  })
  await runErrand({
    ...base,
    purpose: `Making the database ${DATABASE_NAME}`,
    command: setup.postgres,
    args: ['--single', '-D', draft, '-c', 'exit_on_error=on', 'postgres'],
    logFile: logFile(setup.dataDir, 'postgres-database'),
    input: `${FIRST_STATEMENTS.join('\n')}\n`,
  })
  writeFileSync(join(draft, 'pg_hba.conf'), LOGIN_RULES)
  renameSync(draft, setup.postgresDir)
}

export function postgresPlan(setup: PostgresSetup): PartPlan {
  const settings = {
    listen_addresses: LOOPBACK,
    port: setup.port,
    unix_socket_directories: '',
    max_connections: CONNECTIONS_MAX,
    timezone: 'UTC',
    log_timezone: 'UTC',
    // A refused row's values, such as an address that is taken, stay out of the log.
    log_error_verbosity: 'terse',
    ...(setup.durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return {
    name: 'postgres',
    command: setup.postgres,
    args: ['-D', setup.postgresDir, ...options],
    workDir: setup.postgresDir,
    logFile: logFile(setup.dataDir, 'postgres'),
    account: setup.account,
    // "Fast": SIGTERM would wait until every client has gone by itself.
    stopSignal: 'SIGINT',
    readyLimitMs: READY_LIMIT_MS,
    isReady: () => answers(setup.port),
  }
}

async function answers(port: number): Promise<boolean> {
  const client = new Client({
    host: LOOPBACK,
    port,
    user: DATABASE_ROLE,
    database: DATABASE_NAME,
    connectionTimeoutMillis: ANSWER_LIMIT_MS,
    query_timeout: ANSWER_LIMIT_MS,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}
