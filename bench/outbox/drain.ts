// How fast relays in processes of their own drain what arrives at one instant.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { until } from 'sosik/testing'
import { pour, type Stage, unsent } from './stage.ts'

const RELAY = new URL('../../toolkit/src/outbox/relay-process.ts', import.meta.url)
const DRAIN_MS_MAX = 120_000

/** Rows per second, from the first mark to the last one, by the database's clock. */
export async function drainRate(stage: Stage, relays: number): Promise<number> {
  const owners = Array.from({ length: relays }, (_, at) => `relay-${at}`)
  const children = owners.map((owner) => fork(RELAY, [owner, stage.database.url]))
  try {
    await until('their shares', () => haveShares(stage, relays))
    await pour(stage)
    await until('the last row', async () => (await unsent(stage)) === 0, DRAIN_MS_MAX)
    return await rateOf(stage)
  } finally {
    await Promise.all(children.map(end))
  }
}

/** Rows per second, without those of the first mark. */
export async function rateOf({ database }: Stage): Promise<number> {
  const [row] = await database.query<{ rate: number }>(`
    with first as (select min(sent_at) as at from outbox)
    select (count(*) / extract(epoch from max(sent_at) - min(first.at)))::float8 as rate
    from outbox, first where sent_at > first.at`)
  return row?.rate ?? 0
}

async function haveShares({ database }: Stage, relays: number): Promise<boolean> {
  const rows = await database.query<{ buckets: number }>(
    `select count(*) as buckets from outbox_lease where until > clock_timestamp() group by owner`,
  )
  const counts = rows.map(({ buckets }) => buckets)
  return counts.length === relays && Math.max(...counts) - Math.min(...counts) <= 1
}

/** The end of the channel tells it to stop. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.disconnect()
  await ended
}
