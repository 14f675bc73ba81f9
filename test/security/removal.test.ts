// 13: people send while they are removed from the room.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { scratchDatabase } from 'sosik/testing'
import { type Product, type Somebody, startProduct } from './product.ts'
import { group, json, say } from './talk.ts'

const ROOMS = 2
/** They race all at once, and share transactions. */
const RACERS = 20
const ROUNDS = 25

let product: Product

// Without workers: what decides a race is in the database when the request is answered. On a
// server: inside the process no two transactions are under way at once.
before(async () => {
  product = await startProduct({ database: await scratchDatabase() })
})

after(() => product.stop())

test('13 in a thousand races nothing is sent after the commit of a removal', async () => {
  const statuses = (await Promise.all(Array.from({ length: ROOMS }, raceInRoom))).flat()
  assert.equal(statuses.length, 1_000)
  // Either wins now and then, or there was no race.
  for (const status of [201, 404]) assert.ok(statuses.includes(status), `never ${status}`)
})

/** Answers how each message fared. */
async function raceInRoom(): Promise<number[]> {
  const owner = await product.somebody()
  const racers = await Promise.all(Array.from({ length: RACERS }, () => product.somebody()))
  const room = await group(product, owner, ...racers)
  const statuses: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const races = racers.map((racer, at) => race(room, owner, racer, round * RACERS + at))
    const raced = await Promise.all(races)
    const late = await Promise.all(
      racers.map((one) => say(product, one, room, `late ${round}`, 'x')),
    )
    assert.deepEqual(new Set(late.map(({ status }) => status)), new Set([404]))
    for (const [at, { status, said }] of raced.entries()) {
      statuses.push(status)
      const now = await saidBy(room, racers[at])
      assert.equal(now, said, `round ${round}: a message came after the removal`)
    }
    const member_ids = racers.map((one) => one.userId)
    const back = await json(product, 'POST', `/rooms/${room}/members`, owner, { member_ids })
    assert.equal(back.status, 200, JSON.stringify(back.body))
  }
  return statuses
}

/** Answers how many messages the racer had when the removal was done. */
async function race(room: number, owner: Somebody, racer: Somebody, n: number) {
  const remove = async () => {
    if (n % 3 > 0) await delay(n % 5)
    const removed = await json(product, 'DELETE', `/rooms/${room}/members/${racer.userId}`, owner)
    assert.equal(removed.status, 204)
    return saidBy(room, racer)
  }
  const sending = say(product, racer, room, `race ${n}`, 'x')
  const [{ status }, said] = await Promise.all([sending, remove()])
  assert.ok(status === 201 || status === 404)
  return { status, said }
}

async function saidBy(room: number, who: Somebody | undefined): Promise<number> {
  const [row] = await product.parts.database.query<{ said: number }>(
    'select count(*) as said from chat_message where room_id = $1 and user_id = $2',
    [room, who?.userId],
  )
  return row?.said ?? 0
}
