// A person's notifications under many connections at once: what is told is what is there.
import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { scratchDatabase } from 'sosik/testing'
import type { Letter } from '../letters.ts'
import { hear } from '../rehearsal.ts'
import { NOW, openStage } from './stage.ts'

const database = await scratchDatabase()
const { service, told, list, read, readUpTo, sweep } = await openStage(database)
after(() => database.close())

const MINA = 1
const ROUNDS = 10
const REQUESTS = 8

/** What a device shows that has heard all of it: who is unread, and the number that it was told. */
function shown(letters: readonly Letter[]) {
  const unread = new Set<string>()
  let count = 0
  for (const { type, data } of letters) {
    if ('unread' in data) count = data.unread
    if ('notification' in data) unread.add(data.notification_id)
    else if ('notification_ids' in data) for (const id of data.notification_ids) unread.delete(id)
    else if (type.startsWith('notification_')) unread.delete((data as Marked).notification_id)
  }
  return { unread: [...unread].sort(), count }
}

interface Marked {
  readonly notification_id: string
}

test('whatever meets, old list + news = new list, and the count is that of the list', async () => {
  for (let round = 1; round <= ROUNDS; round += 1) {
    const request = (n: number) => ({
      friendship_id: round * 1_000 + n,
      requester_id: 2,
      addressee_id: MINA,
    })
    const say = (name: string, n: number) => hear(service, database, name, request(n), NOW)
    const ends = ['FriendRequestRejected', 'FriendRequestCancelled', 'FriendRequestAccepted']
    const stories = Array.from({ length: REQUESTS }, async (_, n) => {
      await say('FriendRequestSent', n)
      const [newest] = (await list(MINA)).items
      if (newest === undefined) return
      if (n % 2 === 0) await readUpTo(MINA, newest.notification_id)
      // What is read can be gone by now.
      else await read(MINA, newest.notification_id).catch(() => {})
      await say(ends[n % ends.length] ?? '', n)
    })
    await Promise.all([...stories, sweep(new Date('2027-01-01T00:00:00.000Z'))])
    const { items, unread } = await list(MINA)
    const ofList = items.filter((one) => !one.read).map((one) => one.notification_id)
    const mine = told.filter((one) => one.userId === MINA)
    assert.deepEqual(shown(mine), { unread: ofList.sort(), count: unread })
  }
})
