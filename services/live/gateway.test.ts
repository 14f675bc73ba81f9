// Both ends of the last mile together: what is delivered arrives, resumes, and ends.
import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type Database, migrate } from 'sosik/postgres'
import { scratchPglite, until } from 'sosik/testing'
import { STREAMS_PER_USER_MAX } from './cap.ts'
import { memoryFanout } from './fanout-memory.ts'
import { type Live, type LiveParts, liveService } from './index.ts'
import { deliverNumber, ORDINARY, read as readFrom, type Reading } from './stage.ts'

let database: Database
let live: Live
const fanout = memoryFanout()

const HEARTBEAT_MS = 20
/** Long before the usual heartbeat of 15 s. */
const WITHOUT_BELL_MS_MAX = 5_000

/** One more process on the same database. */
const processWith = (over: Partial<LiveParts> = {}): Live =>
  liveService({
    database,
    fanout,
    ...ORDINARY,
    ...over,
  })

before(async () => {
  database = await scratchPglite()
  live = processWith({ heartbeatMs: HEARTBEAT_MS })
  await migrate(database, live.migrations)
})

after(() => database.close())

let lastUser = 100
const newUser = () => ++lastUser

const read = (userId: number, lastEventId?: string, sessionId = 's') =>
  readFrom(live.gateway, userId, { sessionId, ...(lastEventId !== undefined && { lastEventId }) })

const deliver = (userIds: number[], n: number) => deliverNumber(live, database, userIds, n)

test('what is delivered arrives on every stream of its people, and on no other', async () => {
  const [mina, junho, sora] = [newUser(), newUser(), newUser()]
  const readings = await Promise.all([mina, mina, junho, sora].map((userId) => read(userId)))
  await deliver([mina, junho], 1)
  await deliver([mina], 2)
  await until('the news', () => readings[0]?.text().includes('"n":2'))
  assert.deepEqual(
    readings.map((reading) => reading.numbers()),
    [[1, 2], [1, 2], [1], []],
  )
  for (const reading of readings) reading.leaves()
})

test('a transaction that is rolled back tells nobody and leaves no gap', async () => {
  const mina = newUser()
  const reading = await read(mina)
  const undone = database.transaction(async (tx) => {
    live.delivery.deliver(tx, [{ userId: mina, type: 'news', title: '', data: { n: 0 } }])
    throw new Error('undo')
  })
  await assert.rejects(undone, /undo/)
  await deliver([mina], 1)
  await until('the news', () => reading.numbers().length === 1)
  assert.match(reading.text(), /^id: [0-9a-f]{8}\.0$[^]*^id: [0-9a-f]{8}\.1$/m)
  reading.leaves()
})

test('a stream goes on after the last id, and asks for a snapshot when it cannot', async () => {
  const mina = newUser()
  const first = await read(mina)
  for (const n of [1, 2, 3]) await deliver([mina], n)
  await until('three', () => first.numbers().length === 3)
  first.leaves()
  const second = /^id: (.*\.1)$/m.exec(first.text())?.[1]
  await deliver([mina], 4)
  const resumed = await read(mina, second)
  assert.deepEqual(resumed.numbers(), [2, 3, 4])
  assert.match(resumed.text(), /^event: ready\ndata: .*"head":"[0-9a-f]{8}\.4"/m)
  const foreign = await read(mina, '00000000.2')
  assert.match(foreign.text(), /^event: resync\ndata: .*"reason":"epoch_changed"/m)
  assert.deepEqual(foreign.numbers(), [])
  for (const one of [resumed, foreign]) one.leaves()
})

test('what the bell missed is read at the next heartbeat', async () => {
  live.gateway.start()
  const mina = newUser()
  const reading = await read(mina)
  await database.query('insert into live_head values ($1, 1)', [mina])
  await database.query(
    `insert into user_events (user_id, user_seq, type, title, data) values ($1, 1, 'news', '', $2)`,
    [mina, JSON.stringify({ n: 1 })],
  )
  await until('the news', () => reading.numbers().length === 1)
  reading.leaves()
})

test('without the bell news come within a second or two, and readers still get in', async () => {
  const silent = {
    ...memoryFanout(),
    isUp: () => false,
    subscribe: () => new Promise<never>(() => {}),
  }
  const { gateway } = processWith({ fanout: silent })
  gateway.start()
  const mina = newUser()
  const reading = await readFrom(gateway, mina)
  await deliver([mina], 1)
  await until('the news', () => reading.numbers().length === 1, WITHOUT_BELL_MS_MAX)
  await gateway.stop()
})

test('a deleted text leaves what was told, and lines keep their numbers', async () => {
  const mina = newUser()
  const reading = await read(mina)
  const last_message = { message_id: 'm1', content: 'secret' }
  const told: [type: string, data: object][] = [
    ['message', { message_id: 'm1', content: 'secret', seq: 1 }],
    ['message', { message_id: 'm2', content: 'stays', seq: 2 }],
    ['message_edited', { message_id: 'm1', content: 'secret, again' }],
    ['room_joined', { room: { room_id: 3, last_message } }],
    ['room_joined', { room: { room_id: 4 } }],
    ['message_deleted', { message_id: 'm1', seq: 1 }],
  ]
  await database.transaction(async (tx) => {
    for (const [type, data] of told) {
      live.delivery.deliver(tx, [{ userId: mina, type, title: '', data }])
    }
  })
  await database.transaction((tx) => live.delivery.erase(tx, 'm1'))
  await until('the news', () => reading.text().includes('message_deleted'))
  const [, epoch] = /^id: (.*)\.1$/m.exec(reading.text()) ?? []
  const again = await read(mina, `${epoch}.0`)
  const bodies = [...again.text().matchAll(/^data: (.*)$/gm)].map(([, body = '']) => body)
  const data = bodies.slice(1).map((body) => (JSON.parse(body) as { data: object }).data)
  assert.deepEqual(data, [
    { message_id: 'm1', content: '', seq: 1 },
    told[1]?.[1],
    { message_id: 'm1', content: '' },
    { room: { room_id: 3, last_message: { message_id: 'm1', content: '' } } },
    told[4]?.[1],
    told[5]?.[1],
  ])
  for (const one of [reading, again]) one.leaves()
})

test('news without a place in the line is told and not stored', async () => {
  const mina = newUser()
  const reading = await read(mina)
  await database.transaction(async (tx) => {
    live.delivery.whisper(tx, [mina], { type: 'typing', title: '', data: { n: 9 } })
  })
  await until('the whisper', () => reading.numbers().length === 1)
  assert.ok(!reading.frames().at(-1)?.includes('id: '))
  const stored = await database.query('select 1 from user_events where user_id = $1', [mina])
  assert.deepEqual(stored, [])
  reading.leaves()
})

test("a session's end closes its streams and leaves the others open", async () => {
  const mina = newUser()
  const [ending, staying] = [await read(mina, undefined, 'a'), await read(mina, undefined, 'b')]
  await live.gateway.sessionEnded(mina, 'a')
  await until('the end', ending.ended)
  assert.match(ending.text(), /event: session_ended\n.*\n\n$/)
  assert.equal(staying.ended(), false)
  staying.leaves()
})

test('a session that ended unheard closes its streams, in a second without the bell', async () => {
  let living = new Set(['a', 'b'])
  const { gateway } = processWith({
    fanout: { ...memoryFanout(), isUp: () => false },
    livingSessions: async () => living,
  })
  gateway.start()
  const mina = newUser()
  const ending = await readFrom(gateway, mina, { sessionId: 'a' })
  const staying = await readFrom(gateway, mina, { sessionId: 'b' })
  living = new Set(['b'])
  await until('the end', ending.ended, 1_000)
  assert.equal(staying.ended(), false)
  // Ended after it was known to the door, and before there was a bell.
  const late = await readFrom(gateway, mina, { sessionId: 'a' })
  assert.ok(late.ended())
  assert.equal(late.frames().length, 1)
  await gateway.stop()
})

test('another epoch ends streams of the old one, and their readers take a snapshot', async () => {
  const mina = newUser()
  await deliver([mina], 1)
  const old = await read(mina)
  const [, cursor] = /^id: (.*)$/m.exec(old.text()) ?? []
  await database.query(`update live_epoch set epoch = 'beef'`)
  await deliver([mina], 2)
  await until('the end', old.ended)
  assert.deepEqual(old.numbers(), [])
  const again = await read(mina, cursor)
  assert.match(again.text(), /"head":"beef.2","reason":"epoch_changed"/)
  again.leaves()
})

test('the oldest of too many streams ends, in any process, and is told not to return', async () => {
  const elsewhere = processWith()
  const mina = newUser()
  const readings: Reading[] = []
  for (let at = 0; at < STREAMS_PER_USER_MAX; at += 1) {
    readings.push(await readFrom([live, elsewhere][at % 2]?.gateway ?? live.gateway, mina))
  }
  const further = await read(mina)
  const [oldest, ...others] = readings
  await until('the end', () => oldest?.ended())
  assert.match(oldest?.text() ?? '', /event: displaced\n.*\n\n$/)
  assert.ok([...others, further].every((reading) => !reading.ended()))
  for (const reading of [...readings, further]) reading.leaves()
})

test('a stream that did not hear of its displacement finds its lease gone', async () => {
  const mina = newUser()
  const reading = await read(mina)
  const many = Array.from({ length: STREAMS_PER_USER_MAX }, (_, at) => `z${at}`)
  const displaced = await fanout.claim(new Map([[mina, many]]), STREAMS_PER_USER_MAX)
  assert.deepEqual(displaced, new Map([[mina, [reading.streamId]]]))
  await until('the end', reading.ended)
  for (const streamId of many) await fanout.release(mina, streamId)
})

test('without the bell a process looks after its own streams', async () => {
  const alone = { ...memoryFanout(), claim: () => Promise.reject(new Error('away')) }
  const { gateway } = processWith({ fanout: alone })
  const mina = newUser()
  const readings: Reading[] = []
  for (let at = 0; at <= STREAMS_PER_USER_MAX; at += 1) {
    readings.push(await readFrom(gateway, mina))
  }
  await until('the end', () => readings[0]?.ended())
  assert.equal(readings.filter((reading) => reading.ended()).length, 1)
  await gateway.stop()
})

test('a full process refuses and says when to come again', async () => {
  const { gateway } = processWith({ admission: { streamsMax: 1, perSecondMax: 10 } })
  assert.equal(gateway.refusal(), undefined)
  await readFrom(gateway, newUser())
  assert.equal(gateway.refusal(), 10)
  await gateway.stop()
  assert.equal(gateway.refusal(), 3)
  // Let in before the stop, and only now at the gateway.
  const late = await readFrom(gateway, newUser())
  assert.ok(late.ended())
  assert.deepEqual(gateway.counts.refused.entries(), [
    ['full', 1],
    ['stopping', 1],
  ])
})

test('a stop ends streams one by one, tells each when to return, and loses nothing', async () => {
  const { gateway } = processWith()
  const people = Array.from({ length: 40 }, newUser)
  const readings = await Promise.all(people.map((userId) => readFrom(gateway, userId)))
  const stopping = gateway.stop()
  await until('the first ends', () => readings.some((reading) => reading.ended()))
  await deliver(people, 1)
  await stopping
  assert.equal(gateway.streams, 0)
  assert.deepEqual(gateway.counts.ended.entries(), [['drained', people.length]])
  const retries = new Set(readings.map((one) => /retry: \d+\n\n$/.exec(one.text())?.[0]))
  assert.ok(retries.size > people.length / 2)
  const again = await Promise.all(
    readings.map(async (one, at) => {
      const lastEventId = [...one.text().matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? ''
      return read(people[at] ?? 0, lastEventId)
    }),
  )
  for (const [at, one] of readings.entries()) {
    assert.deepEqual([...one.numbers(), ...(again[at]?.numbers() ?? [])], [1])
  }
  await live.gateway.stop()
  assert.ok(again.every((reading) => reading.ended()))
})
