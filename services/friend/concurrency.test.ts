// Friends under many connections at once, on a real server: what one connection cannot show.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { Problem } from '@sosik/contract/errors'
import { scratchDatabase } from 'sosik/testing'
import { type Friendship, openStage, START_MS } from './stage.ts'

const database = await scratchDatabase()
const stage = await openStage('on a server', database)
after(() => database.close())

const { somebody, request, answer } = stage
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at)
const namesOfNews = () => stage.news().map((event) => event.name)

/** Two commits can be acknowledged in another order than they were made. */
const newsByTime = () =>
  stage
    .news()
    .toSorted((a, b) => Date.parse(String(a.data.timestamp)) - Date.parse(String(b.data.timestamp)))

/** The states that the calls came to, and the codes of the problems; sorted. */
async function outcomes(calls: readonly Promise<Friendship>[]): Promise<string[]> {
  const settled = await Promise.allSettled(calls)
  return settled
    .map((one) => {
      if (one.status === 'fulfilled') return one.value.state
      if (one.reason instanceof Problem) return one.reason.code
      throw one.reason
    })
    .toSorted()
}

test('two who ask each other at one moment become friends, once', async () => {
  for (const _ of numbers(25)) {
    const [mina, junho] = [somebody(), somebody()]
    const states = await outcomes([request(mina, junho), request(junho, mina)])
    assert.deepEqual(states, ['accepted', 'requested'])
    const [sent, accepted, ...more] = newsByTime()
    assert.deepEqual(more, [])
    assert.deepEqual([sent?.name, accepted?.name], ['FriendRequestSent', 'FriendRequestAccepted'])
    assert.equal(accepted?.data.friendship_id, sent?.data.friendship_id)
    assert.equal(accepted?.data.requester_id, sent?.data.requester_id)
    assert.equal((await stage.friends(mina)).length, 1)
  }
})

test('the same request many times at one moment is one request', async () => {
  const [mina, junho] = [somebody(), somebody()]
  const states = await outcomes(numbers(12).map(() => request(mina, junho)))
  assert.deepEqual(states, [...numbers(11).map(() => 'request_open'), 'requested'])
  assert.deepEqual(namesOfNews(), ['FriendRequestSent'])
})

test('of acceptance, rejection and cancellation at one moment, one counts', async () => {
  for (const n of numbers(15)) {
    const [mina, junho] = [somebody(), somebody()]
    const { friendship_id } = await request(mina, junho)
    const calls = [
      [junho, 'accept'],
      [junho, 'reject'],
      [mina, 'cancel'],
    ] as const
    const turned = [...calls.slice(n % 3), ...calls.slice(0, n % 3)]
    const states = await outcomes(
      turned.map(([userId, action]) => answer(userId, action, friendship_id)),
    )
    assert.equal(states.filter((state) => state === 'request_closed').length, 2)
    assert.equal(namesOfNews().length, 2)
  }
})

test('people who all ask one another at once end as friends, each pair once', async () => {
  const people = numbers(6).map(() => somebody())
  const pairs = people.flatMap((one) =>
    people.filter((other) => other !== one).map((other) => [one, other] as const),
  )
  const states = await outcomes(pairs.map(([one, other]) => request(one, other)))
  assert.deepEqual(states, [
    ...numbers(15).map(() => 'accepted'),
    ...numbers(15).map(() => 'requested'),
  ])
  for (const one of people) assert.equal((await stage.friends(one)).length, 5)
  stage.news()
})

test('asking again while the request is rejected leaves one open request at most', async () => {
  for (const _ of numbers(15)) {
    const [mina, junho] = [somebody(), somebody()]
    const { friendship_id: id } = await request(mina, junho)
    await outcomes([answer(junho, 'reject', id), request(mina, junho), request(mina, junho)])
    assert.ok((await stage.requests(mina)).length <= 1)
  }
  stage.news()
})

test('a profile event that overtakes the command that read the older one is kept', async () => {
  const [mina, junho] = [somebody(), somebody()]
  stage.profilesRead = async () => {
    stage.profilesRead = () => Promise.resolve()
    await stage.hearProfile(mina, '미나미', START_MS + 1)
  }
  await request(mina, junho)
  assert.equal((await stage.requests(junho))[0]?.other.display_name, '미나미')
})

test('a profile event that comes before the command commits waits for it and is kept', async () => {
  const [mina, junho] = [somebody(), somebody()]
  let heard: Promise<void> | undefined
  let reads = 0
  // The second read is for the names of the event: the copies are written, and not committed.
  stage.profilesRead = async () => {
    reads += 1
    if (reads !== 2) return
    heard = stage.hearProfile(mina, '미나미', START_MS + 1)
    await somebodyWaits()
  }
  await request(mina, junho)
  stage.profilesRead = () => Promise.resolve()
  await heard
  assert.equal((await stage.requests(junho))[0]?.other.display_name, '미나미')
})

/** Resolves once a connection of this file's waits for another one's transaction. */
async function somebodyWaits(): Promise<void> {
  const waiting = () =>
    database.query(`select 1 from pg_locks join pg_stat_activity using (pid)
      where not granted and query like '%friend_profile%'`)
  while ((await waiting()).length === 0) await setImmediate()
}
