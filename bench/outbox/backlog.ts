// How fast one process drains what an outage has left behind, while it goes on taking commands.
import { createOutbox, createRelay, postgresOutboxStore } from 'sosik'
import { until } from 'sosik/testing'
import { rateOf } from './drain.ts'
import { steadily } from './input.ts'
import { add, pour, prepare, type Stage } from './stage.ts'

export const BACKLOG_ROWS = 15_000
const KEYS = 20
const DRAIN_MS_MAX = 120_000

/** Rows per second, until the last row of the backlog is sent. */
export async function backlogRate(stage: Stage): Promise<number> {
  const { database, log } = stage
  await prepare(stage, BACKLOG_ROWS, KEYS)
  await pour(stage)
  const [last] = await database.query<{ id: number }>('select max(id) as id from outbox')
  const outbox = createOutbox()
  const relay = createRelay({ store: postgresOutboxStore(database), log, outbox })
  let isOver = false
  const input = steadily(
    () => isOver,
    (at) => add(stage, outbox, at, 1, KEYS),
  )
  relay.start()
  try {
    await until('the last row of the backlog', () => isSent(last?.id ?? 0), DRAIN_MS_MAX)
    return await rateOf(stage)
  } finally {
    isOver = true
    await input
    await relay.stop()
  }

  async function isSent(id: number): Promise<boolean> {
    const text = 'select 1 from outbox where sent_at is null and id <= $1 limit 1'
    return (await database.query(text, [id])).length === 0
  }
}
