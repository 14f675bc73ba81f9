// Missed news from the cache where that has all of them, else from the table: the same either way.
import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { systemClock } from 'sosik'
import { type Database, migrate } from 'sosik/postgres'
import { scratchPglite } from 'sosik/testing'
import { backlogReader, type ReadBacklog } from './backlog.ts'
import type { Fanout } from './fanout.ts'
import { memoryFanout } from './fanout-memory.ts'
import { type Live, liveService } from './index.ts'
import { lineFrame } from './live.ts'
import { ORDINARY } from './stage.ts'
import { readHeads } from './store.ts'

let database: Database
let live: Live
let epoch = ''
const fanout = memoryFanout()
const sources: string[] = []

before(async () => {
  database = await scratchPglite()
  live = liveService({ database, fanout, ...ORDINARY })
  await migrate(database, live.migrations)
  epoch = (await readHeads(database, [])).epoch
})

after(() => database.close())

const readerOf = (over: Partial<Fanout> = {}): ReadBacklog =>
  backlogReader({
    database,
    fanout: { ...fanout, ...over },
    clock: systemClock,
    onRead: (source) => void sources.push(source),
  })

const tell = (userId: number, type: string, data: object) =>
  database.transaction(async (tx) =>
    live.delivery.deliver(tx, [{ userId, type, title: '제목', data }]),
  )

const stretch = (line: number, after: number, upTo: number) => ({ epoch, line, after, upTo })

async function framesOf(read: ReadBacklog, userId: number, after: number, upTo: number) {
  const news = await read(stretch(userId, after, upTo))
  return news.map((one) => lineFrame({ epoch, userSeq: one.userSeq }, one))
}

test('the cache and the table give the same frames', async () => {
  for (const n of [1, 2, 3]) await tell(1, 'news', { n })
  sources.length = 0
  const cached = await framesOf(readerOf(), 1, 1, 3)
  const stored = await framesOf(readerOf({ isUp: () => false }), 1, 1, 3)
  assert.deepEqual(sources, ['cache', 'store'])
  assert.equal(cached.length, 2)
  assert.deepEqual(cached, stored)
})

test('a cache with a hole, of another line, too short, slow or away gives way', async () => {
  for (const n of [1, 2, 3, 4]) await tell(2, 'news', { n })
  const caches: Partial<Fanout>[] = [
    { recent: async () => [{ number: 2, message: '{}' }] },
    { recent: async () => [] },
    { recent: (line, from, to) => fanout.recent(line.replace(epoch, 'ff'), from, to) },
    { recent: () => Promise.reject(new Error('away')) },
    { recent: () => new Promise(() => {}) },
  ]
  for (const cache of caches) {
    sources.length = 0
    const news = await readerOf(cache)(stretch(2, 1, 4))
    assert.deepEqual(
      news.map((one) => one.userSeq),
      [2, 3, 4],
    )
    assert.deepEqual(sources, ['store'])
  }
})

test('a text that was taken back is in no stretch, though the cache still had it', async () => {
  await tell(3, 'message', { message_id: 'm1', content: 'secret' })
  await database.transaction(async (tx) => {
    await live.delivery.erase(tx, 'm1')
    const letter = { userId: 3, type: 'message_deleted', title: '', data: { message_id: 'm1' } }
    live.delivery.deliver(tx, [letter])
  })
  const kept = [
    { number: 1, message: '{"type":"message","title":"","data":{"content":"secret"}}' },
    { number: 2, message: '{"type":"message_deleted","title":"","data":{}}' },
  ]
  const told = await framesOf(readerOf({ recent: async () => kept }), 3, 0, 2)
  assert.equal(told.length, 2)
  assert.ok(!told.join('').includes('secret'))
  // And the cache of the product has forgotten it.
  assert.deepEqual(await fanout.recent(`user:events:${epoch}:3`, 0, 1), [])
})
