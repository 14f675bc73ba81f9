// Large rooms at the gateways: one line for all members, and for each what they may read now.
import assert from 'node:assert/strict'
import test, { after, before, beforeEach } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { readCursor } from '@sosik/contract/notification'
import { type Database, migrate } from 'sosik/postgres'
import { scratchPglite, until } from 'sosik/testing'
import { roomLine } from '../letters.ts'
import { ask } from '../rehearsal.ts'
import type { Fanout } from './fanout.ts'
import { memoryFanout } from './fanout-memory.ts'
import { type Live, type LiveParts, liveService } from './index.ts'
import { REPLAY_EVENTS_MAX } from './live.ts'
import type { RoomReader } from './room-news.ts'
import { deliverNumber, ORDINARY, read as readFrom, type Reading } from './stage.ts'

let database: Database
let live: Live
let elsewhere: Live
const fanout = memoryFanout()
/** Whether bells of rooms are lost. */
let isDeaf = false

/** Who is in which room, as chat would answer. */
const members = new Map<number, RoomReader[]>()
let lastRoom = 0
let lastUser = 0
let room = 0
/** How often it was asked who may read. */
let questions = 0

const HEARTBEAT_MS = 20

const lossy: Fanout = {
  ...fanout,
  publish: async (bells) =>
    fanout.publish(bells.filter(({ channel }) => !(isDeaf && channel.startsWith('room:')))),
}

const processWith = (over: Partial<LiveParts> = {}): Live =>
  liveService({
    database,
    fanout: lossy,
    ...ORDINARY,
    async largeRooms(_sql, userIds) {
      const all = [...members].flatMap(([roomId, readers]) =>
        readers.map(({ userId }) => ({ userId, roomId })),
      )
      return all.filter(({ userId }) => userIds.includes(userId))
    },
    async readersAmong(_sql, roomId, userIds) {
      questions += 1
      return (members.get(roomId) ?? []).filter(({ userId }) => userIds.includes(userId))
    },
    ...over,
  })

before(async () => {
  database = await scratchPglite()
  live = processWith()
  elsewhere = processWith()
  await migrate(database, live.migrations)
})

after(() => database.close())

beforeEach(() => {
  room = lastRoom += 1
  isDeaf = false
  questions = 0
})

/** People who are in the room from now on. */
function enter(count: number, more: Partial<RoomReader> = {}): number[] {
  const userIds = Array.from({ length: count }, () => (lastUser += 1))
  const readers = userIds.map((userId) => ({ userId, joinedSeq: 0, muted: false, ...more }))
  members.set(room, [...(members.get(room) ?? []), ...readers])
  return userIds
}

const leave = (userId: number) =>
  members.set(room, members.get(room)?.filter((one) => one.userId !== userId) ?? [])

const read = (userId: number, lastEventId?: string, { gateway } = live) =>
  readFrom(gateway, userId, lastEventId === undefined ? {} : { lastEventId })

const say = (n: number) => deliverNumber(live, database, [roomLine(room)], n)

const tell = (userId: number, type: string, data: object) =>
  database.transaction(async (tx) =>
    live.delivery.deliver(tx, [{ userId, type, title: '', data: { room_id: room, ...data } }]),
  )

const lastIdOf = (reading: Reading) => [...reading.text().matchAll(/^id: (.*)$/gm)].at(-1)?.[1]
const resyncsOf = (reading: Reading) =>
  reading.frames().filter((frame) => frame.includes('event: room_resync')).length
const has = (reading: Reading, n: number) => until(`news ${n}`, () => reading.numbers().includes(n))

test('one row reaches every member over all gateways, by one question in each', async () => {
  const people = enter(20)
  const readings = await Promise.all(
    people.map((userId, at) => read(userId, undefined, at % 2 ? elsewhere : live)),
  )
  await say(1)
  for (const reading of readings) await has(reading, 1)
  assert.ok(readings.every((reading) => reading.numbers().length === 1 && !resyncsOf(reading)))
  assert.equal(questions, 2)
  const rows = await database.query('select 1 from user_events where user_id = $1', [
    roomLine(room),
  ])
  assert.equal(rows.length, 1)
  for (const reading of readings) reading.leaves()
})

test('a stream goes on after its place in each line, once and without a gap', async () => {
  const [mina = 0] = enter(1)
  const first = await read(mina)
  await say(1)
  await deliverNumber(live, database, [mina], 2)
  await has(first, 1)
  await has(first, 2)
  first.leaves()
  await say(3)
  await deliverNumber(live, database, [mina], 4)
  const again = await read(mina, lastIdOf(first), elsewhere)
  await has(again, 3)
  await has(again, 4)
  await say(5)
  await has(again, 5)
  assert.deepEqual(
    again.numbers().toSorted((one, other) => one - other),
    [3, 4, 5],
  )
  assert.match(lastIdOf(again) ?? '', new RegExp(`^[0-9a-f]+\\.2~${room}\\.3$`))
  assert.equal(resyncsOf(again), 0)
  again.leaves()
})

test('a room without a place, too far behind or purged is to be read, and no more', async () => {
  const [mina = 0] = enter(1)
  await deliverNumber(live, database, [mina], 1)
  for (const n of [2, 3]) await say(n)
  const { cursor } = await ask(live, readCursor, mina)
  const [own = ''] = cursor.split('~')
  const anew = await read(mina, own)
  assert.equal(resyncsOf(anew), 1)
  assert.equal(lastIdOf(anew), cursor)
  await database.query('delete from user_events where user_id = $1', [roomLine(room)])
  const purged = await read(mina, `${own}~${room}.1`, processWith({ fanout: memoryFanout() }))
  await until('the resync', () => resyncsOf(purged) === 1)
  assert.equal(lastIdOf(purged), cursor)
  await database.query('update live_head set user_seq = $2 where user_id = $1', [
    roomLine(room),
    REPLAY_EVENTS_MAX + 3,
  ])
  const far = await read(mina, cursor)
  assert.equal(resyncsOf(far), 1)
  for (const reading of [anew, purged, far]) {
    assert.deepEqual(reading.numbers(), [])
    assert.ok(!reading.text().includes('event: resync'))
    reading.leaves()
  }
})

test('who is removed is told nothing more, who came later nothing from before', async () => {
  const [mina = 0, junho = 0] = enter(2)
  const [sora = 0] = enter(1, { joinedSeq: 7 })
  const [mine, his, hers] = [await read(mina), await read(junho), await read(sora)]
  await tell(roomLine(room), 'message', { seq: 7, n: 1, user_id: mina })
  for (const reading of [mine, his]) await has(reading, 1)
  leave(junho)
  await tell(roomLine(room), 'message', { seq: 8, n: 2, user_id: mina })
  for (const reading of [mine, hers]) await has(reading, 2)
  assert.deepEqual([mine.numbers(), his.numbers(), hers.numbers()], [[1, 2], [1], [2]])
  // Nor by coming back to the same place.
  const [place = ''] = lastIdOf(his)?.split('~') ?? []
  const again = await read(junho, `${place}~${room}.0`)
  assert.deepEqual(again.numbers(), [])
  for (const reading of [mine, his, hers, again]) reading.leaves()
})

test('a room is followed from the letter that brings its person in until they leave', async () => {
  const mina = (lastUser += 1)
  const reading = await read(mina)
  await say(1)
  members.set(room, [{ userId: mina, joinedSeq: 0, muted: false }])
  await tell(mina, 'room_joined', { is_large: true })
  await until('the resync', () => resyncsOf(reading) === 1)
  await say(2)
  await has(reading, 2)
  const entered = reading.text()
  assert.ok(entered.indexOf('room_joined') < entered.indexOf('room_resync'))
  // Told again, it is followed already.
  await tell(mina, 'room_enlarged', {})
  await tell(mina, 'room_left', {})
  await until('the leaving', () => reading.text().includes('room_left'))
  assert.ok(!lastIdOf(reading)?.includes('~'))
  await say(3)
  await setImmediate()
  await tell(mina, 'room_joined', { is_large: true })
  await until('the second resync', () => resyncsOf(reading) === 2)
  await say(4)
  await has(reading, 4)
  assert.deepEqual(reading.numbers(), [2, 4])
  reading.leaves()
})

test('what bells have missed is read once for all who missed it', async () => {
  const patient = processWith({ heartbeatMs: HEARTBEAT_MS })
  patient.gateway.start()
  const people = enter(10)
  const readings = await Promise.all(people.map((userId) => read(userId, undefined, patient)))
  isDeaf = true
  await say(1)
  for (const reading of readings) await has(reading, 1)
  const reads = patient.gateway.counts.backlogs.entries().reduce((sum, [, count]) => sum + count, 0)
  assert.ok(reads <= 2, `${reads} reads`)
  await patient.gateway.stop()
})

test('a stream that ends is told nothing, and the last one ends the bell', async () => {
  const [mina = 0, junho = 0] = enter(2)
  const [leaving, staying] = [await read(mina), await read(junho)]
  leaving.leaves()
  await say(1)
  await has(staying, 1)
  assert.deepEqual(leaving.numbers(), [])
  staying.leaves()
  questions = 0
  await say(2)
  await setImmediate()
  assert.equal(questions, 0)
})
