// People's lines under many connections at once, on a real server.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { migrate } from 'sosik/postgres'
import { scratchDatabase } from 'sosik/testing'
import { memoryFanout } from './fanout-memory.ts'
import { liveService } from './index.ts'
import type { Letter } from './live.ts'
import { ORDINARY } from './stage.ts'

const database = await scratchDatabase()
const { delivery, migrations } = liveService({
  database,
  fanout: memoryFanout(),
  ...ORDINARY,
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
  let other = Promise.resolve()
  await database.transaction(async (tx) => {
    delivery.deliverState(tx, [userId, userId + 1], async () => {
      other = database.transaction(async (later) =>
        delivery.deliver(later, [letter(userId, { n: 2 })]),
      )
      await somebodyWaits()
      return [letter(userId, { n: 1 }), letter(userId + 1, { n: 3 })]
    })
  })
  await other
  assert.deepEqual(await lineOf(userId), [
    { user_seq: 1, data: { n: 1 } },
    { user_seq: 2, data: { n: 2 } },
  ])
  assert.deepEqual(await lineOf(userId + 1), [{ user_seq: 1, data: { n: 3 } }])
})

test('who tells the same people in any order waits for nobody in a circle', async () => {
  const rounds = Array.from({ length: 40 }, (_, n) => n)
  let runs = 0
  await Promise.all(
    rounds.map((n) =>
      database.transaction(async (tx) => {
        runs += 1
        const shared = { n }
        for (const userId of n % 2 ? PEOPLE : PEOPLE.toReversed()) {
          const one = letter(userId, userId === 3 ? { n: -n } : shared)
          if (userId === 4) delivery.deliverState(tx, [userId], async () => [one])
          else delivery.deliver(tx, [one])
          await setImmediate()
        }
      }),
    ),
  )
  // After a deadlock one of the two would have been run again.
  assert.equal(runs, rounds.length)
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

test('several letters to one person stand in the line as they were delivered', async () => {
  const userId = 200
  for (const first of [1, 4]) {
    await database.transaction(async (tx) => {
      delivery.deliver(tx, [letter(userId, { n: first }), letter(userId + 1, { n: 0 })])
      delivery.deliverState(tx, [userId], async () => [letter(userId, { n: first + 1 })])
      delivery.deliver(tx, [letter(userId, { n: first + 2 })])
    })
  }
  const line = await lineOf(userId)
  assert.deepEqual(
    line.map(({ user_seq, data }) => [user_seq, data.n]),
    [1, 2, 3, 4, 5, 6].map((n) => [n, n]),
  )
})

async function somebodyWaits(): Promise<void> {
  const waiting = () =>
    database.query(`select 1 from pg_locks join pg_stat_activity using (pid)
      where not granted and query like '%live_head%'`)
  while ((await waiting()).length === 0) await setImmediate()
}
