// The user service under many connections at once, on a real server.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { readMe, updateProfile } from '@sosik/contract/user'
import { scratchDatabase } from 'sosik/testing'
import type { Caller } from '../service.ts'
import { PRESENCE_TIMING } from './presence.ts'
import { openStage } from './stage.ts'

const database = await scratchDatabase()
const stage = await openStage('on a server', database)
after(() => database.close())

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at)

test('changes of one profile at once are announced in the order of their times', async () => {
  const userId = await stage.somebody()
  const change = (n: number) =>
    stage.ask(updateProfile, userId, { body: { status_message: `status ${n}` } })
  await Promise.all(numbers(30).map(change))
  const news = stage.news()
  const times = news.map((event) => Date.parse(String(event.data.timestamp)))
  assert.equal(new Set(times).size, 30)
  const latest = news[times.indexOf(Math.max(...times))]
  const account = await stage.ask(readMe, userId)
  assert.equal(latest?.data.status_message, account.status_message)
})

test('a lease that comes while the last one is swept is not overlooked', async () => {
  const presence = stage.process()
  for (const n of numbers(40)) {
    const caller = await stage.session(await stage.somebody())
    await presence.streamOpened(caller, `swept-${n}`)
    await presence.streamClosed(`swept-${n}`)
    await stage.pass(PRESENCE_TIMING.graceMs)
    await Promise.all([
      presence.sweep(),
      presence.streamOpened(caller, `new-${n}`),
      stage.process().sweep(),
    ])
    const [status] = await statuses([caller])
    assert.deepEqual(status, { is_online: true, has_lease: true })
    await presence.streamClosed(`new-${n}`)
  }
  await presence.stop()
  stage.told()
})

test('in a storm, who has a lease is online, and each transition is told once', async () => {
  const callers = await Promise.all(
    numbers(6).map(async () => stage.session(await stage.somebody())),
  )
  const processes = numbers(3).map(() => stage.process())
  let streams = 0
  const live = async (n: number) => {
    const process = processes[n % 3]
    const caller = callers[n % 6]
    assert(process && caller)
    const stream = `storm-${(streams += 1)}`
    await process.streamOpened(caller, stream)
    if (n % 4 === 0) await process.active(caller)
    if (n % 5 === 0) await process.renew()
    await process.streamClosed(stream)
    if (n % 3 === 0) await stage.pass(PRESENCE_TIMING.activityMs)
    await process.sweep()
  }
  await Promise.all(numbers(180).map(live))
  await Promise.all(callers.slice(0, 3).map((caller) => stage.signOut(caller)))
  await Promise.all(processes.map((process) => process.stop()))

  for (const { is_online, has_lease } of await statuses(callers)) assert.equal(is_online, has_lease)
  const told = stage.told()
  assert.deepEqual(stage.errors, [])
  for (const { userId } of callers) {
    const ofUser = told
      .filter((status) => status.user_id === userId)
      .toSorted((a, b) => Date.parse(String(a.timestamp)) - Date.parse(String(b.timestamp)))
    // Sorted by their times they come and go in turn: none is told twice and none is missing.
    for (const [at, status] of ofUser.entries()) assert.equal(status.is_online, at % 2 === 0)
    assert.ok(ofUser.length > 0)
  }
})

function statuses(callers: readonly Caller[]) {
  return database.query<{ is_online: boolean; has_lease: boolean }>(
    `select is_online, exists (
       select from user_presence_lease as lease where lease.user_id = presence.user_id) as has_lease
     from user_presence as presence where user_id = any($1)`,
    [callers.map((caller) => caller.userId)],
  )
}
