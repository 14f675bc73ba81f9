// People's lines under many connections at once, on a real server.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { systemClock } from 'sosik'
import { migrate } from 'sosik/postgres'
import { scratchDatabase } from 'sosik/testing'
import { memoryFanout } from './fanout-memory.ts'
import { liveService } from './index.ts'
import type { Letter } from './live.ts'
import { allLive } from './stage.ts'

const database = await scratchDatabase()
const { delivery, migrations } = liveService({
  database,
  fanout: memoryFanout(),
  livingSessions: allLive,
  clock: systemClock,
  onError: (error) => {
    throw error
  },
})
await migrate(database, migrations)
after(() => database.close())

const PEOPLE = [1, 2, 3, 4, 5]

const letter = (userId: number, data: object): Letter => ({ userId, type: 'news', title: '', data })

const lineOf = (userId: number) =>
  database.query<{ user_seq: number; data: { n: number } }>(
    'select user_seq, data from user_events where user_id = $1 order by user_seq',
    [userId],
  )

test('who holds a line tells before everybody who came later', async () => {
  const userId = 100
  await database.transaction(async (tx) => {
    await delivery.hold(tx, [userId, userId + 1])
    const other = database.transaction((later) =>
      delivery.deliver(later, [letter(userId, { n: 2 })]),
    )
    await somebodyWaits()
    await delivery.deliver(tx, [letter(userId, { n: 1 }), letter(userId + 1, { n: 3 })])
    tx.afterCommit(() => void other)
  })
  await somebodyHas(userId, 2)
  assert.deepEqual(await lineOf(userId), [
    { user_seq: 1, data: { n: 1 } },
    { user_seq: 2, data: { n: 2 } },
  ])
  assert.deepEqual(await lineOf(userId + 1), [{ user_seq: 1, data: { n: 3 } }])
})

test('letters to the same people in any order are all told, in dense lines', async () => {
  const rounds = Array.from({ length: 40 }, (_, n) => n)
  await Promise.all(
    rounds.map((n) =>
      database.transaction(async (tx) => {
        const people = n % 2 ? PEOPLE : PEOPLE.toReversed()
        const shared = { n }
        const letters = people.map((userId) => letter(userId, userId === 3 ? { n: -n } : shared))
        await delivery.deliver(tx, letters)
      }),
    ),
  )
  for (const userId of PEOPLE) {
    const line = await lineOf(userId)
    assert.deepEqual(
      line.map((one) => one.user_seq),
      rounds.map((n) => n + 1),
    )
    const told = new Set(line.map((one) => one.data.n))
    assert.deepEqual(told, new Set(rounds.map((n) => (userId === 3 ? -n : n))))
  }
})

async function somebodyWaits(): Promise<void> {
  const waiting = () =>
    database.query(`select 1 from pg_locks join pg_stat_activity using (pid)
      where not granted and query like '%live_head%'`)
  while ((await waiting()).length === 0) await setImmediate()
}

async function somebodyHas(userId: number, count: number): Promise<void> {
  while ((await lineOf(userId)).length < count) await setImmediate()
}
