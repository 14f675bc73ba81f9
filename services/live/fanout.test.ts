// The fanout in memory and over Redis.
import assert from 'node:assert/strict'
import { randomInt, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import test from 'node:test'
import { createClient } from '@redis/client'
import { redisUrl, until } from 'sosik/testing'
import { STREAM_LEASE_MS } from './fanout.ts'
import { memoryFanout } from './fanout-memory.ts'
import { redisFanout } from './fanout-redis.ts'
import { fanoutSuite } from './fanout.suite.ts'

const shared = memoryFanout()
fanoutSuite('memory', async () => ({ ...shared, close: async () => {} }))

const overRedis = () =>
  redisFanout({
    url: redisUrl(),
    onError: (error) => {
      throw error
    },
  })
fanoutSuite('redis', overRedis)

test('memory: the lease of a stream that is not claimed again ends', async () => {
  let nowMs = 0
  const fanout = memoryFanout(() => nowMs)
  await fanout.claim(new Map([[1, ['a']]]), 1)
  nowMs += STREAM_LEASE_MS
  assert.deepEqual(await fanout.claim(new Map([[1, ['b']]]), 1), new Map())
})

test('redis: the lease of a stream that is not claimed again ends', async () => {
  const fanout = await overRedis()
  const redis = await createClient({ url: redisUrl() }).connect()
  const userId = randomInt(1_000_000, 1_000_000_000)
  const key = `user:streams:${userId}`
  await fanout.claim(new Map([[userId, ['a']]]), 1)
  assert.ok((await redis.pTTL(key)) <= STREAM_LEASE_MS)
  await redis.zAdd(key, { score: Date.now() - 1, value: 'a' })
  assert.deepEqual(await fanout.claim(new Map([[userId, ['b']]]), 1), new Map())
  await Promise.all([fanout.close(), redis.close()])
})

/** A way to Redis that can be held: then nothing comes through, and nobody is told of it. */
async function openWay() {
  const { hostname, port } = new URL(redisUrl())
  let isHeld = false
  const pass = (from: Socket, to: Socket) => {
    from.on('data', (bytes) => {
      if (!isHeld) to.write(bytes)
    })
    from.on('error', () => {})
    from.on('close', () => to.destroy())
  }
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    pass(near, far)
    pass(far, near)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold: (given: boolean) => {
      isHeld = given
    },
    close: () => server.close(),
  }
}

test('redis: a server that hangs is noticed, and so is its return', async () => {
  const way = await openWay()
  const fanout = await redisFanout({ url: way.url, onError: () => {} })
  const channel = randomUUID()
  const heard: string[] = []
  await fanout.subscribe(channel, (text) => heard.push(text))
  assert.ok(fanout.isUp())
  way.hold(true)
  await until('the silence is noticed', () => !fanout.isUp(), 5_000)
  way.hold(false)
  await until('it is back', () => fanout.isUp(), 10_000)
  await fanout.publish([{ channel, message: 'x' }])
  await until('the bell', () => heard.length === 1)
  await fanout.close()
  way.close()
})
