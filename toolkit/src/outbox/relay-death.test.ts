// Relays in processes of their own, one frozen beyond its lease and one killed, on real servers.
import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import test, { type TestContext } from 'node:test'
import { kafkaEventLog } from '../kafka/index.ts'
import { migrate } from '../postgres/migrate.ts'
import type { Database } from '../postgres/sql.ts'
import { kafkaBrokers } from '../testing/real.ts'
import { scratchDatabase } from '../testing/scratch-database.ts'
import { until } from '../testing/until.ts'
import { type RelayLoad, startLoad } from './relay-load.ts'
import { LEASE_MS } from './store.ts'
import { outboxMigrations } from './tables.ts'

/** Beyond the end of a lease: its renewal by others, and the start of a process. */
const TAKEOVER_MS_MAX = 7_000
/** What arrives between two faults, at least. */
const ROWS_BETWEEN = 200

const RELAYS = [1, 2, 4]

for (const count of RELAYS) {
  const relays = count === 1 ? 'one relay' : `${count} relays`
  test(`${relays}, frozen and killed: nothing missed, nothing inverted, no stall`, (context) =>
    playWith(count, context))
}

async function playWith(count: number, context: TestContext): Promise<void> {
  const database = await scratchDatabase()
  const log = await kafkaEventLog({ brokers: kafkaBrokers() })
  const children: ChildProcess[] = []
  const spawn = (owner: string) => {
    const child = fork(new URL('relay-process.ts', import.meta.url), [owner, database.url])
    children.push(child)
    return child
  }
  try {
    await migrate(database, outboxMigrations)
    const owners = Array.from({ length: count }, (_, at) => `relay-${at}`)
    const relays = owners.map(spawn)
    await until('their shares', () => have(database, owners))
    const load = await startLoad(log, database)
    await moreOf(load)
    await freeze(database, relays[0] as ChildProcess)
    await moreOf(load)
    relays[count - 1]?.kill('SIGKILL')
    if (count === 1) spawn('relay-next')
    await until('the takeover', async () => !(await have(database, owners.slice(-1))))
    await moreOf(load)
    const { waitMsMax, ...report } = await load.finish()
    context.diagnostic(JSON.stringify({ relays: count, ...report, waitMsMax }))
    const { committed, duplicates } = report
    const none = { missed: 0, inversions: 0, contradictions: 0, behindStranger: 0 }
    assert.deepEqual(report, { committed, duplicates, ...none })
    assert.ok(waitMsMax < LEASE_MS + TAKEOVER_MS_MAX, `a key waited for ${waitMsMax} ms`)
  } finally {
    await Promise.all(children.map(end))
    await log.close()
    await database.close()
  }
}

/** Lets the first relay sleep until its leases are over and, if there are others, theirs. */
async function freeze(database: Database, relay: ChildProcess): Promise<void> {
  relay.kill('SIGSTOP')
  await until('the end of its leases', async () => {
    const own = `select 1 from outbox_lease where owner = 'relay-0' and until > clock_timestamp()`
    return (await database.query(own)).length === 0
  })
  relay.kill('SIGCONT')
  await until('its return', () => have(database, ['relay-0']))
}

/** Whether each of them has buckets. */
async function have(database: Database, owners: readonly string[]): Promise<boolean> {
  const rows = await database.query<{ owner: string }>(
    'select owner from outbox_lease where until > clock_timestamp()',
  )
  return owners.every((owner) => rows.some((row) => row.owner === owner))
}

async function moreOf(load: RelayLoad): Promise<void> {
  const before = load.arrived()
  await until('more of the load', () => load.arrived() > before + ROWS_BETWEEN)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}
