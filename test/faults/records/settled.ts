// Waits until everything that was accepted is applied: published, handled, and told to its readers.
import type { Load } from '../load/load.ts'
import type { Stand } from '../stand/stand.ts'
import { mend } from './mended.ts'
import { positionsOf } from './topic-truth.ts'

/** After that the checks say what is missing. */
const SETTLE_MS = 60_000
const LOOK_MS = 500

export async function settled(
  stand: Stand,
  load: Load,
  settleMs: number = SETTLE_MS,
): Promise<boolean> {
  const deadline = performance.now() + settleMs
  while (performance.now() < deadline) {
    // What is brought back may fail again, and what follows from it has to settle too.
    const isMended = await mend(stand).catch(() => false)
    if ((await isSettled(stand, load).catch(() => false)) && isMended) return true
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  return false
}

async function isSettled({ database, log }: Stand, load: Load): Promise<boolean> {
  const unsent = await database.query('select 1 from outbox where sent_at is null limit 1')
  if (unsent.length > 0) return false
  const positions = await positionsOf(log)
  if (positions.some(({ committed, end }) => committed < end)) return false
  const heads = await database.query<{ user_id: number; user_seq: number }>(
    'select user_id, user_seq from live_head',
  )
  const { cursors } = load.state
  return heads.every(({ user_id, user_seq }) => {
    const cursor = cursors[user_id]
    return cursor === undefined || Number(cursor.split('.')[1]) >= user_seq
  })
}
