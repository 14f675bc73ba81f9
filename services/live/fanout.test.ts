// The fanout in memory and over Redis.
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import test from 'node:test'
import { createClient } from 'redis'
import { redisUrl } from 'sosik/testing'
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
  await fanout.claim(1, ['a'], 1)
  nowMs += STREAM_LEASE_MS
  assert.deepEqual(await fanout.claim(1, ['b'], 1), [])
})

test('redis: the lease of a stream that is not claimed again ends', async () => {
  const fanout = await overRedis()
  const redis = await createClient({ url: redisUrl() }).connect()
  const userId = randomInt(1_000_000, 1_000_000_000)
  const key = `user:streams:${userId}`
  await fanout.claim(userId, ['a'], 1)
  assert.ok((await redis.pTTL(key)) <= STREAM_LEASE_MS)
  await redis.zAdd(key, { score: Date.now() - 1, value: 'a' })
  assert.deepEqual(await fanout.claim(userId, ['b'], 1), [])
  await Promise.all([fanout.close(), redis.close()])
})
