// The stream over real sockets: who is let in, who makes room, and who is cut off.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import test, { after, before } from 'node:test'
import { STREAMS_PER_USER_MAX } from '@sosik/services/live/cap.ts'
import { memoryFanout } from '@sosik/services/live/fanout-memory.ts'
import { type Live, liveService } from '@sosik/services/live/index.ts'
import type { FastifyInstance } from 'fastify'
import { systemClock } from 'sosik'
import { type Database, migrate } from 'sosik/postgres'
import { scratchPglite, until } from 'sosik/testing'
import { openHost } from './stage.ts'
import { mountStream } from './stream.ts'

/** More than the kernel keeps for both ends of a connection, wherever this runs. */
const LETTERS_MAX = 500
const LETTER_BYTES = 131_072

let database: Database
let live: Live
let app: FastifyInstance
let baseUrl = ''
let isFull = false

before(async () => {
  database = await scratchPglite()
  live = liveService({
    database,
    fanout: memoryFanout(),
    livingSessions: async (_sql, ids) => new Set(ids),
    largeRooms: async () => [],
    readersAmong: async () => [],
    clock: systemClock,
    onError: (error) => {
      throw error
    },
  })
  await migrate(database, live.migrations)
  const { gateway } = live
  gateway.start()
  const authenticate = async (token: string) => ({ userId: Number(token), sessionId: token })
  const host = await openHost([], { authenticate, rateFactor: 0 })
  app = host.app
  const door = {
    refusal: () => (isFull ? 1 : gateway.refusal()),
    open: (reader: Parameters<typeof gateway.open>[0]) => gateway.open(reader),
    left: (stream: Parameters<typeof gateway.left>[0]) => gateway.left(stream),
  }
  const nobodyWatches = { opened: async () => {}, closed: async () => {} }
  mountStream(app, { ...host.parts, ...nobodyWatches, gateway: door })
  await app.listen({ host: '127.0.0.1', port: 0 })
  baseUrl = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
})

after(async () => {
  await live.gateway.stop()
  await app.close()
  await database.close()
})

interface Frame {
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

/** A reader that listens until its stream ends, or it leaves. */
async function listen(userId: number, lastEventId?: string) {
  const frames: Frame[] = []
  const leaving = new AbortController()
  const { body } = await fetch(`${baseUrl}/stream`, {
    headers: {
      authorization: `Bearer ${userId}`,
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    },
    signal: leaving.signal,
  })
  assert(body)
  const read = async () => {
    let rest = ''
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + text).split('\n\n')
      rest = blocks.pop() ?? ''
      const data = blocks.map((block) => /^data: (.*)$/m.exec(block)?.[1])
      frames.push(...data.flatMap((one) => (one === undefined ? [] : [JSON.parse(one)])))
    }
  }
  let isOver = false
  const over = read()
    .catch(() => {})
    .finally(() => {
      isOver = true
    })
  await until('the first frame', () => frames.length > 0)
  return {
    frames,
    numbers: () => frames.filter(({ type }) => type === 'news').map(({ data }) => data.n),
    isOver: () => isOver,
    async leave() {
      leaving.abort()
      await over
    },
  }
}

const deliver = (userId: number, data: object) =>
  database.transaction(async (tx) =>
    live.delivery.deliver(tx, [{ userId, type: 'news', title: '', data }]),
  )

test('who is refused hears when to come again', async () => {
  isFull = true
  const headers = { authorization: 'Bearer 1' }
  const refused = await fetch(`${baseUrl}/stream`, { headers })
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '1'])
  assert.equal(((await refused.json()) as { code: string }).code, 'not_ready')
  isFull = false
  const reader = await listen(1)
  await reader.leave()
})

test('who opens stream after stream ends their own oldest ones, and no others', async () => {
  const other = await listen(3)
  const readers = await Promise.all(
    Array.from({ length: STREAMS_PER_USER_MAX + 3 }, () => listen(2)),
  )
  const isDisplaced = ({ frames }: (typeof readers)[number]) => frames.at(-1)?.type === 'displaced'
  await until('three ends', () => readers.filter((one) => one.isOver()).length === 3)
  assert.ok(readers.every((one) => one.isOver() === isDisplaced(one)))
  await deliver(2, { n: 1 })
  const staying = readers.filter((one) => !one.isOver())
  await until('the news', () => staying.every((one) => one.numbers().length === 1))
  assert.equal(live.gateway.streams, STREAMS_PER_USER_MAX + 1)
  for (const reader of [...staying, other]) await reader.leave()
  await until('nobody is left', () => live.gateway.streams === 0)
})

test('a reader that does not read is cut off, holds nobody up, and loses nothing', async () => {
  const socket = connect(Number(new URL(baseUrl).port), '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.pause()
  socket.write('GET /stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer 4\r\n\r\n')
  const reader = await listen(4)
  await until('both streams', () => live.gateway.streams === 2)
  const content = 'x'.repeat(LETTER_BYTES)
  const cut = () => live.gateway.counts.ended.entries().filter(([reason]) => reason === 'slow')
  let told = 0
  while (cut().length === 0 && told < LETTERS_MAX) {
    told += 1
    await deliver(4, { n: told, content })
    // Who reads has it before the next one comes: whoever is cut off does not read.
    await until(`number ${told}`, () => reader.numbers().at(-1) === told)
  }
  assert.deepEqual(cut(), [['slow', 1]])
  assert.equal(live.gateway.streams, 1)
  const all = Array.from({ length: told }, (_, at) => at + 1)
  assert.deepEqual(reader.numbers(), all)
  const resumed = await listen(4, String(reader.frames[0]?.data.head))
  await until('the whole line', () => resumed.numbers().length === told)
  assert.deepEqual(resumed.numbers(), all)
  for (const one of [reader, resumed]) await one.leave()
  await until('nobody is left', () => live.gateway.streams === 0)
})

test('a connection that its reader wants closed afterwards is not offered for more', async () => {
  const headers = { authorization: 'Bearer 7', connection: 'close' }
  const asked = request(`${baseUrl}/stream`, { agent: false, headers }).end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  assert.equal(answer.headers.connection, 'close')
  asked.destroy()
})
