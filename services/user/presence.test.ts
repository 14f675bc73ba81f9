// Presence: who is online when, told how often, whichever of several processes keeps the stream.
import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import { until } from 'sosik/testing'
import type { Caller } from '../service.ts'
import { userService } from './index.ts'
import { createPresence, PRESENCE_TIMING, type PresenceKeeper } from './presence.ts'
import { openStages } from './stage.ts'

const MONTH_MS = 31 * 24 * 3_600_000
const { activityMs, activityPauseMs, streamMs, renewalMs, graceMs } = PRESENCE_TIMING

const stages = await openStages()
after(() => Promise.all(stages.map((stage) => stage.database.close())))

afterEach(async () => {
  for (const stage of stages) {
    assert.deepEqual(stage.errors.splice(0), [])
    await stage.database.query('delete from user_presence_lease')
    stage.told()
  }
})

for (const stage of stages) {
  const { database, where } = stage
  const one = stage.process()
  const other = stage.process()
  let streams = 0
  const somebody = async () => stage.session(await stage.somebody())
  const newStream = () => `stream-${(streams += 1)}`

  /** Everything that was told is of this person: online or not, in order. */
  async function heard(caller: Caller): Promise<unknown[]> {
    await Promise.all([one.stop(), other.stop()])
    return told(caller)
  }
  function told({ userId }: Caller): unknown[] {
    return stage.told().map((status) => {
      assert.equal(status.user_id, userId)
      return status.is_online
    })
  }

  /** Time passes for both processes as their timers would have it. */
  async function passRenewing(ms: number, ...processes: PresenceKeeper[]): Promise<void> {
    for (let passed = 0; passed < ms; passed += renewalMs) {
      await stage.pass(renewalMs)
      for (const process of processes) await process.renew()
      await Promise.all([one.sweep(), other.sweep()])
    }
  }

  test(`${where}: an open stream that is renewed keeps somebody online, told once`, async () => {
    const caller = await somebody()
    const stream = newStream()
    await one.streamOpened(caller, stream)
    await passRenewing(10 * streamMs, one)
    assert.deepEqual(told(caller), [true])
    await one.streamClosed(stream)
    await stage.pass(graceMs - 1000)
    await other.sweep()
    assert.deepEqual(told(caller), [])
    await stage.pass(1000)
    await Promise.all([one.sweep(), other.sweep()])
    assert.deepEqual(await heard(caller), [false])
  })

  test(`${where}: a reader that comes back within the grace was never away`, async () => {
    const caller = await somebody()
    const [first, second] = [newStream(), newStream()]
    await one.streamOpened(caller, first)
    await one.streamClosed(first)
    await stage.pass(graceMs - 1000)
    await one.sweep()
    await other.streamOpened(caller, second)
    await passRenewing(2 * graceMs, other)
    assert.deepEqual(told(caller), [true])
    await other.streamClosed(second)
    await stage.pass(graceMs)
    await one.sweep()
    assert.deepEqual(await heard(caller), [false])
  })

  test(`${where}: streams in two processes are one presence`, async () => {
    const caller = await somebody()
    const [first, second] = [newStream(), newStream()]
    await Promise.all([one.streamOpened(caller, first), other.streamOpened(caller, second)])
    await one.streamClosed(first)
    await passRenewing(4 * graceMs, one, other)
    assert.deepEqual(told(caller), [true])
    await other.streamClosed(second)
    await passRenewing(renewalMs, one, other)
    assert.deepEqual(await heard(caller), [false])
  })

  test(`${where}: the streams of a process that died count until their leases end`, async () => {
    const caller = await somebody()
    await one.streamOpened(caller, newStream())
    await stage.pass(streamMs - 1000)
    await other.sweep()
    assert.deepEqual(told(caller), [true])
    await stage.pass(1000)
    await other.sweep()
    assert.deepEqual(told(caller), [false])
    assert.deepEqual(await heard(caller), [])
  })

  test(`${where}: a process that was stalled takes its streams up again`, async () => {
    const caller = await somebody()
    await one.streamOpened(caller, newStream())
    await stage.pass(10 * streamMs)
    await other.sweep()
    await one.renew()
    await other.sweep()
    assert.deepEqual(told(caller), [true, false, true])
    await passRenewing(4 * streamMs, one)
    assert.deepEqual(await heard(caller), [])
  })

  test(`${where}: a stream that closes while it opens or renews keeps no long lease`, async () => {
    const caller = await somebody()
    const [first, second] = [newStream(), newStream()]
    await Promise.all([one.streamOpened(caller, first), one.streamClosed(first)])
    await one.streamOpened(caller, second)
    await Promise.all([one.renew(), one.streamClosed(second)])
    await stage.pass(graceMs)
    await other.sweep()
    assert.deepEqual(await heard(caller), [true, false])
  })

  test(`${where}: a request counts as activity, written down once a minute at most`, async () => {
    const caller = await somebody()
    await one.active(caller)
    const leases = () => database.query<{ until: Date }>('select until from user_presence_lease')
    const [first] = await leases()
    await one.active(caller)
    await stage.pass(activityPauseMs - 1)
    await one.sweep()
    await one.active(caller)
    const [same] = await leases()
    const moved = (first?.until.getTime() ?? 0) - (same?.until.getTime() ?? 0)
    assert.equal(moved, activityPauseMs - 1)
    await stage.pass(1)
    await one.active(caller)
    await stage.pass(activityMs - 1000)
    await one.sweep()
    assert.deepEqual(told(caller), [true])
    await stage.pass(1000)
    await one.sweep()
    assert.deepEqual(await heard(caller), [false])
  })

  test(`${where}: signing out ends all of that session at once, and no other`, async () => {
    const caller = await somebody()
    const elsewhere = await stage.session(caller.userId)
    const stream = newStream()
    await one.active(caller)
    await other.streamOpened(caller, stream)
    await one.active(elsewhere)
    await stage.signOut(caller)
    assert.deepEqual(told(caller), [true])
    await stage.signOut(elsewhere)
    assert.deepEqual(told(caller), [false])
    // What the host still tells of a session that is over changes nothing.
    await other.renew()
    await one.streamOpened(caller, newStream())
    await other.active(caller)
    assert.deepEqual(await heard(caller), [])
  })

  test(`${where}: who hides is offline to everybody, and when they went is kept`, async () => {
    const caller = await somebody()
    const { userId } = caller
    const { readPresence } = stage.user
    const seen = async () => (await readPresence(database, [userId])).get(userId)
    assert.equal(await seen(), undefined)
    await one.active(caller)
    assert.deepEqual(await seen(), { isOnline: true, lastSeenAt: undefined })
    await one.hide(userId, true)
    await one.hide(userId, true)
    await one.streamOpened(caller, newStream())
    await other.sweep()
    assert.equal(await seen(), undefined)
    assert.deepEqual(told(caller), [true, false])
    await one.hide(userId, false)
    assert.deepEqual(await seen(), { isOnline: true, lastSeenAt: undefined })
    assert.deepEqual(told(caller), [true])
    await stage.signOut(caller)
    const [wentAt, ...more] = stage.told().map((status) => new Date(String(status.timestamp)))
    assert.deepEqual(await seen(), { isOnline: false, lastSeenAt: wentAt })
    assert.deepEqual([more, await heard(caller)], [[], []])
    assert.equal((await readPresence(database, [])).size, 0)
  })

  test(`${where}: who has a stream open is watching, in whichever process`, async () => {
    const [reading, asking, gone] = [await somebody(), await somebody(), await somebody()]
    const stream = newStream()
    await one.streamOpened(reading, stream)
    await other.active(asking)
    const ids = [gone, asking, reading].map((caller) => caller.userId)
    assert.deepEqual(await stage.user.watching(database, ids), [reading.userId])
    await one.streamClosed(stream)
    await stage.pass(graceMs)
    assert.deepEqual(await stage.user.watching(database, ids), [])
    await Promise.all([one.stop(), other.stop()])
  })

  test(`${where}: each transition has a later time than the one before`, async () => {
    const caller = await somebody()
    for (let n = 0; n < 5; n += 1) {
      const stream = newStream()
      await one.streamOpened(caller, stream)
      await one.streamClosed(stream)
      await stage.pass(graceMs)
      await one.sweep()
    }
    await one.stop()
    const times = stage.told().map((status) => Date.parse(String(status.timestamp)))
    assert.equal(times.length, 10)
    for (const [at, time] of times.entries()) assert.ok(at === 0 || time > (times[at - 1] ?? 0))
  })

  test(`${where}: what cannot be published is reported, what follows is told`, async () => {
    const caller = await somebody()
    stage.failure = new Error('no log')
    await one.streamOpened(caller, 'unheard')
    await one.streamClosed('unheard')
    await until('the report', () => stage.errors.length > 0)
    assert.deepEqual(stage.errors.splice(0), [stage.failure])
    stage.failure = undefined
    await stage.pass(graceMs)
    await one.sweep()
    assert.deepEqual(await heard(caller), [false])
  })

  test(`${where}: nobody's request waits for a log that does not answer`, async () => {
    const caller = await somebody()
    const unheard = createPresence({
      database,
      publish: () => new Promise(() => {}),
      clock: stage.clock,
      timing: PRESENCE_TIMING,
      onError: (error) => void stage.errors.push(error),
    })
    await unheard.active(caller)
    await unheard.streamOpened(caller, newStream())
  })

  test(`${where}: more people than one sweep takes at once all go offline`, async () => {
    const many = 2100
    await database.query(
      `insert into user_account (email, username, password_hash, display_name,
         created_at, profile_updated_at)
       select n || '@many', 'many' || n, '', '', now(), now()
       from generate_series(1, $1::int) as n`,
      [many],
    )
    await database.query(
      `insert into user_presence select user_id, true, now()
       from user_account where email like '%@many'`,
    )
    await database.query(
      `insert into user_presence_lease select 'many/' || user_id, user_id, '', now()
       from user_account where email like '%@many'`,
    )
    await Promise.all([one.sweep(), other.sweep()])
    await Promise.all([one.stop(), other.stop()])
    assert.equal(stage.told().length, many)
  })

  test(`${where}: the service renews, sweeps and ends old sessions by itself`, async () => {
    const caller = await somebody()
    const statuses: Record<string, unknown>[] = []
    const ended: Caller[] = []
    const user = userService({
      database,
      announce: (tx, events) => stage.announce(tx, events),
      publish: ({ data }) => Promise.resolve(statuses.push({ ...data })),
      clock: stage.clock,
      newSessionId: () => 'unused',
      onError: (error) => void stage.errors.push(error),
      presenceTiming: { ...PRESENCE_TIMING, renewalMs: 10, sweepMs: 10 },
    })
    user.onSessionEnded((session) => void ended.push(session))
    const lastsUntil = async () => {
      const [lease] = await database.query<{ until: Date }>('select until from user_presence_lease')
      return lease?.until.getTime()
    }
    await user.presence.streamOpened(caller, newStream())
    const first = await lastsUntil()
    user.start()
    try {
      await until('a renewal', async () => (await lastsUntil()) !== first)
      await stage.pass(MONTH_MS)
      await until('the end of the session', () =>
        ended.some((session) => session.sessionId === caller.sessionId),
      )
      await until('offline', () => statuses.at(-1)?.is_online === false)
    } finally {
      await user.stop()
      await stage.pass(-MONTH_MS)
    }
    assert.equal(await lastsUntil(), undefined)
    assert.equal(statuses.at(-1)?.is_online, false)
  })
}
