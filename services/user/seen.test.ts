// Presence as others see it: hidden or not, last seen, and who is there to be told.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Caller } from '../service.ts'
import { PRESENCE_TIMING } from './presence.ts'
import { openStages } from './stage.ts'

const stages = await openStages()
after(() => Promise.all(stages.map((stage) => stage.database.close())))

for (const stage of stages) {
  const { database, where } = stage
  const one = stage.process()
  const other = stage.process()
  const somebody = async () => stage.session(await stage.somebody())

  /** Everything that was told is of this person: online or not, in order. */
  function told({ userId }: Caller): unknown[] {
    return stage.told().map((status) => {
      assert.equal(status.user_id, userId)
      return status.is_online
    })
  }

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
    await one.streamOpened(caller, 'first')
    await other.sweep()
    assert.equal(await seen(), undefined)
    assert.deepEqual(told(caller), [true, false])
    await one.hide(userId, false)
    assert.deepEqual(await seen(), { isOnline: true, lastSeenAt: undefined })
    assert.deepEqual(told(caller), [true])
    await stage.signOut(caller)
    const [wentAt, ...more] = stage.told().map((status) => new Date(String(status.timestamp)))
    assert.deepEqual(await seen(), { isOnline: false, lastSeenAt: wentAt })
    assert.deepEqual(more, [])
    assert.equal((await readPresence(database, [])).size, 0)
  })

  test(`${where}: who has a stream open is watching, in whichever process`, async () => {
    const [reading, asking, gone] = [await somebody(), await somebody(), await somebody()]
    await one.streamOpened(reading, 'second')
    await other.active(asking)
    const ids = [gone, asking, reading].map((caller) => caller.userId)
    assert.deepEqual(await stage.user.watching(database, ids), [reading.userId])
    await one.streamClosed('second')
    await stage.pass(PRESENCE_TIMING.graceMs)
    assert.deepEqual(await stage.user.watching(database, ids), [])
    await Promise.all([one.stop(), other.stop()])
  })
}
