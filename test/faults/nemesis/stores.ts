// Faults of PostgreSQL and Redis.
import { setTimeout as delay } from 'node:timers/promises'
import { operateOutbox, postgresOutboxStore } from 'sosik'
import { until } from 'sosik/testing'
import type { Stand } from '../stand/stand.ts'
import type { FaultKind } from './kind.ts'

const DOWN_MS_MAX = 3_000
const REDIS_DOWN_MS: readonly [number, number] = [1_000, 6_000]
/** What its children leave behind may hold up a start after a crash for a moment. */
const START_TRIES = 5
const START_PAUSE_MS = 500

function kill(stand: Stand, name: string, signal: NodeJS.Signals): void {
  const part = stand.cluster.parts.find((one) => one.name === name)
  if (part !== undefined) process.kill(part.pid, signal)
}

async function startAgain(stand: Stand, name: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await stand.cluster.restart(name)
    } catch (error) {
      if (tries === START_TRIES) throw error
      await delay(START_PAUSE_MS)
    }
  }
}

const restartPostgres: FaultKind = {
  name: 'restart.postgres',
  area: 'postgres',
  plan: (random) => ({
    target: 'postgres',
    holdMs: random.below(DOWN_MS_MAX),
    parameters: { signal: random.pick(['SIGINT', 'SIGQUIT', 'SIGKILL']) },
  }),
  async begin({ stand }, { parameters }) {
    kill(stand, 'postgres', String(parameters.signal) as NodeJS.Signals)
    return { end: () => startAgain(stand, 'postgres') }
  },
}

const BACKENDS = `
  select count(pg_terminate_backend(pid)) as count from pg_stat_activity
  where backend_type = 'client backend' and pid <> pg_backend_pid()
    and mod(pid, 100) < $1`

const killBackends: FaultKind = {
  name: 'kill.backends',
  area: 'postgres',
  plan: (random) => ({
    target: 'postgres',
    holdMs: 0,
    parameters: { percent: random.between(30, 100) },
  }),
  async begin({ stand }, { parameters }) {
    await stand.database.query(BACKENDS, [Number(parameters.percent)])
    return { end: async () => {} }
  },
}

export const REDIS_DOWN = 'restart.redis'

const restartRedis: FaultKind = {
  name: REDIS_DOWN,
  area: 'redis',
  plan: (random) => ({ target: 'redis', holdMs: random.between(...REDIS_DOWN_MS), parameters: {} }),
  async begin({ stand }) {
    kill(stand, 'redis', 'SIGKILL')
    return { end: () => startAgain(stand, 'redis') }
  },
}

const REPUBLISH_MS_MAX = 60_000

/** Everything of the last seconds is published once more, under the same ids. */
const republish: FaultKind = {
  name: 'republish.outbox',
  area: 'relay',
  plan: (random) => ({
    target: 'outbox',
    holdMs: 0,
    parameters: { lastMs: random.between(1_000, 5_000) },
  }),
  async begin({ stand }, { parameters }) {
    const query = { fromMs: Date.now() - Number(parameters.lastMs) }
    const { republish: again } = operateOutbox({ store: postgresOutboxStore(stand.database) })
    // Who asks by hand asks again while PostgreSQL is away: the ids stay, however often it is done.
    const ask = () =>
      again({ query, requestedBy: 'the stand' }).then(
        () => true,
        () => false,
      )
    await until('the outbox is published again', ask, REPUBLISH_MS_MAX)
    return { end: async () => {} }
  },
}

export const storeFaults: readonly FaultKind[] = [
  restartPostgres,
  killBackends,
  restartRedis,
  republish,
]
