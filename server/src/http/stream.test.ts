// The stream over real sockets: who is let in, who is cut off, and whom the client obeys.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import test, { after, before } from 'node:test'
import { eventStream, type StreamEvent } from '@sosik/client'
import { memoryFanout } from '@sosik/services/live/fanout-memory.ts'
import { STREAMS_PER_USER_MAX } from '@sosik/services/live/gateway.ts'
import { type Live, liveService } from '@sosik/services/live/index.ts'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { systemClock } from 'sosik'
import { type Database, migrate, pgliteDatabase } from 'sosik/postgres'
import { until } from 'sosik/testing'
import { createHost, type HostParts } from './host.ts'
import { mountStream } from './stream.ts'

let database: Database
let live: Live
let app: FastifyInstance
let baseUrl = ''
let isSlowToLetIn = false

before(async () => {
  database = await pgliteDatabase()
  live = liveService({
    database,
    fanout: memoryFanout(),
    livingSessions: async (_sql, ids) => new Set(ids),
    clock: systemClock,
    onError: (error) => {
      throw error
    },
  })
  await migrate(database, live.migrations)
  live.gateway.start()
  const parts: HostParts = {
    logger: pino({ level: 'silent' }),
    authenticate: async (token) => ({ userId: Number(token), sessionId: token }),
    operatorToken: undefined,
    active: () => {},
  }
  app = await createHost(parts)
  const gateway = Object.create(live.gateway, {
    refusal: { value: () => (isSlowToLetIn ? 1 : live.gateway.refusal()) },
    open: { value: live.gateway.open.bind(live.gateway) },
    left: { value: live.gateway.left.bind(live.gateway) },
  }) as Live['gateway']
  mountStream(app, { ...parts, gateway, opened: async () => {}, closed: async () => {} })
  await app.listen({ host: '127.0.0.1', port: 0 })
  baseUrl = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
})

after(async () => {
  await live.gateway.stop()
  await app.close()
  await database.close()
})

/** A reader that listens until it is closed, or sent away. */
function listen(userId: number) {
  const arrived: StreamEvent[] = []
  const closing = new AbortController()
  const options = { baseUrl, token: String(userId) }
  const over = (async () => {
    const { signal } = closing
    for await (const event of eventStream(options, { signal })) arrived.push(event)
  })()
  return { arrived, over, close: () => closing.abort() }
}

const deliver = (userId: number, data: object) =>
  database.transaction((tx) =>
    live.delivery.deliver(tx, [{ userId, type: 'news', title: '', data }]),
  )

test('who is refused hears when to come again, and the client does so', async () => {
  isSlowToLetIn = true
  const headers = { authorization: 'Bearer 1' }
  const refused = await fetch(`${baseUrl}/stream`, { headers })
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '1'])
  assert.equal(((await refused.json()) as { code: string }).code, 'not_ready')
  const startedMs = performance.now()
  const reader = listen(1)
  await new Promise((resolve) => setTimeout(resolve, 300))
  isSlowToLetIn = false
  await until('the stream', () => reader.arrived.some(({ type }) => type === 'ready'))
  assert.ok(performance.now() - startedMs >= 1_000)
  reader.close()
  await reader.over
})

test('who opens stream after stream ends their own oldest ones, which do not return', async () => {
  const others = listen(3)
  const readers = Array.from({ length: STREAMS_PER_USER_MAX + 3 }, () => listen(2))
  const isDisplaced = ({ arrived }: (typeof readers)[number]) => arrived.at(-1)?.type === 'displaced'
  await until('three ends', () => readers.filter(isDisplaced).length === 3)
  await Promise.all(readers.filter(isDisplaced).map(({ over }) => over))
  await deliver(2, { n: 1 })
  const staying = readers.filter((one) => !isDisplaced(one))
  await until('the news', () => staying.every(({ arrived }) => arrived.at(-1)?.type === 'news'))
  assert.equal(staying.length, STREAMS_PER_USER_MAX)
  assert.equal(live.gateway.streams, STREAMS_PER_USER_MAX + 1)
  for (const reader of [...readers, others]) reader.close()
  await Promise.all([...readers, others].map(({ over }) => over))
  await until('nobody is left', () => live.gateway.streams === 0)
})

test('a reader that does not read is cut off, holds nobody up, and resumes without loss', async () => {
  const socket = connect(Number(new URL(baseUrl).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.pause()
  socket.write('GET /stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer 4\r\n\r\n')
  const reader = listen(4)
  await until('both streams', () => live.gateway.streams === 2)
  const content = 'x'.repeat(50_000)
  let told = 0
  const slow = () => live.gateway.counts.ended.entries().find(([reason]) => reason === 'slow')
  while (slow() === undefined && told < 1_000) await deliver(4, { n: (told += 1), content })
  assert.deepEqual(slow(), ['slow', 1])
  assert.equal(live.gateway.streams, 1)
  const numbers = () => reader.arrived.filter(({ type }) => type === 'news').map(({ data }) => data.n)
  await until('all news', () => numbers().length === told)
  assert.deepEqual(
    numbers(),
    Array.from({ length: told }, (_, at) => at + 1),
  )
  socket.destroy()
  reader.close()
  await reader.over
})
