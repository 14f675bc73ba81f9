// Both ends of the last mile together: what is delivered arrives, resumes, and ends.
import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { systemClock } from 'sosik'
import { type Database, migrate, pgliteDatabase } from 'sosik/postgres'
import { until } from 'sosik/testing'
import { memoryFanout } from './fanout-memory.ts'
import { STREAMS_PER_USER_MAX } from './gateway.ts'
import { type Live, liveService } from './index.ts'

let database: Database
let live: Live

const HEARTBEAT_MS = 20
/** Long before the usual heartbeat of 15 s. */
const WITHOUT_BELL_MS_MAX = 5_000

before(async () => {
  database = await pgliteDatabase()
  live = liveService({
    database,
    fanout: memoryFanout(),
    clock: systemClock,
    heartbeatMs: HEARTBEAT_MS,
    onError: (error) => {
      throw error
    },
  })
  await migrate(database, live.migrations)
})

after(() => database.close())

let lastUser = 100
const newUser = () => ++lastUser

interface Reading {
  readonly text: () => string
  readonly ended: () => boolean
  readonly leave: () => Promise<void>
}

async function read(userId: number, lastEventId?: string, sessionId = 's'): Promise<Reading> {
  let text = ''
  let ended = false
  const stream = await live.gateway.open({
    userId,
    sessionId,
    lastEventId,
    sink: {
      write: (frame) => {
        text += frame
      },
      queuedBytes: () => 0,
      end: () => {
        ended = true
      },
    },
  })
  return { text: () => text, ended: () => ended, leave: () => live.gateway.left(stream) }
}

const contents = (reading: Reading) =>
  [...reading.text().matchAll(/^data: .*"n":(\d+)/gm)].map(([, n]) => Number(n))

const deliver = (userIds: number[], n: number) =>
  database.transaction(async (tx) =>
    live.delivery.deliver(
      tx,
      userIds.map((userId) => ({ userId, type: 'news', title: '', data: { n } })),
    ),
  )

test('what is delivered arrives on every stream of its people, and on no other', async () => {
  const [mina, junho, sora] = [newUser(), newUser(), newUser()]
  const readings = await Promise.all([mina, mina, junho, sora].map((userId) => read(userId)))
  await deliver([mina, junho], 1)
  await deliver([mina], 2)
  await until('the news', () => readings[0]?.text().includes('"n":2'))
  assert.deepEqual(readings.map(contents), [[1, 2], [1, 2], [1], []])
  await Promise.all(readings.map((reading) => reading.leave()))
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
  await until('the news', () => contents(reading).length === 1)
  assert.match(reading.text(), /^id: [0-9a-f]{8}\.1$/m)
  await reading.leave()
})

test('a stream goes on after the last id, and asks for a snapshot when it cannot', async () => {
  const mina = newUser()
  const first = await read(mina)
  for (const n of [1, 2, 3]) await deliver([mina], n)
  await until('three', () => contents(first).length === 3)
  await first.leave()
  const second = /^id: (.*\.1)$/m.exec(first.text())?.[1]
  await deliver([mina], 4)
  const resumed = await read(mina, second)
  assert.deepEqual(contents(resumed), [2, 3, 4])
  assert.match(resumed.text(), /^event: ready\ndata: .*"head":"[0-9a-f]{8}\.4"/m)
  const foreign = await read(mina, '00000000.2')
  assert.match(foreign.text(), /^event: resync\ndata: .*"reason":"epoch_changed"/m)
  assert.deepEqual(contents(foreign), [])
  await Promise.all([resumed.leave(), foreign.leave()])
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
  await until('the news', () => contents(reading).length === 1)
  await reading.leave()
})

test('without the bell news come within a second or two, and readers still get in', async () => {
  const silent = {
    ...memoryFanout(),
    isUp: () => false,
    subscribe: () => new Promise<never>(() => {}),
  }
  const onError = (error: Error) => {
    throw error
  }
  const { gateway } = liveService({ database, fanout: silent, clock: systemClock, onError })
  gateway.start()
  const mina = newUser()
  let text = ''
  const sink = {
    write: (frame: string) => void (text += frame),
    queuedBytes: () => 0,
    end() {},
  }
  await gateway.open({ userId: mina, sessionId: 's', lastEventId: undefined, sink })
  await deliver([mina], 1)
  await until('the news', () => text.includes('"n":1'), WITHOUT_BELL_MS_MAX)
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
  await Promise.all([reading.leave(), again.leave()])
})

test('news without a place in the line is told and not stored', async () => {
  const mina = newUser()
  const reading = await read(mina)
  await database.transaction(async (tx) => {
    live.delivery.whisper(tx, [mina], { type: 'typing', title: '', data: { n: 9 } })
  })
  await until('the whisper', () => contents(reading).length === 1)
  assert.ok(!/^id: /m.test(reading.text()))
  const stored = await database.query('select 1 from user_events where user_id = $1', [mina])
  assert.deepEqual(stored, [])
  await reading.leave()
})

test("a session's end closes its streams and leaves the others open", async () => {
  const mina = newUser()
  const [ending, staying] = [await read(mina, undefined, 'a'), await read(mina, undefined, 'b')]
  await live.gateway.sessionEnded(mina, 'a')
  await until('the end', ending.ended)
  assert.equal(staying.ended(), false)
  await staying.leave()
})

test('a person has a bounded number of streams, and a stop ends them all', async () => {
  const mina = newUser()
  const readings: Reading[] = []
  while (live.gateway.hasRoom(mina)) readings.push(await read(mina))
  assert.equal(readings.length, STREAMS_PER_USER_MAX)
  await live.gateway.stop()
  assert.ok(readings.every((reading) => reading.ended()))
  assert.equal(live.gateway.streams, 0)
  assert.equal(live.gateway.hasRoom(newUser()), false)
})
