// A script is called by its hash, and given to a Redis that does not know it.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test from 'node:test'
import { createClient } from '@redis/client'
import { redisUrl } from 'sosik/testing'
import { redisScript } from './redis.ts'

async function openRedis() {
  const client = await createClient({ url: redisUrl() }).connect()
  const sent: string[] = []
  type Client = Pick<typeof client, 'eval' | 'evalSha'>
  const told = (name: keyof Client, call: Client[keyof Client]): Client[keyof Client] => {
    return (text, given) => {
      sent.push(name)
      return call.call(client, text, given)
    }
  }
  const redis: Client = {
    eval: told('eval', client.eval),
    evalSha: told('evalSha', client.evalSha),
  }
  return { redis, sent, close: () => client.close() }
}

test("a script's text travels once, and again to a Redis that has forgotten it", async () => {
  const { redis, sent, close } = await openRedis()
  // Known to nobody: what is forgotten below is this one alone.
  const ask = redisScript(`return KEYS[1] .. ARGV[1] -- ${randomUUID()}`)
  const given = { keys: ['a'], arguments: ['b'] }
  for (let times = 0; times < 3; times += 1) assert.equal(await ask(redis, given), 'ab')
  assert.deepEqual(sent, ['evalSha', 'eval', 'evalSha', 'evalSha'])
  await close()
})

test('what a script says itself is not taken for its absence', async () => {
  const { redis, sent, close } = await openRedis()
  const fail = redisScript("return redis.error_reply('OWN it is wrong')")
  await assert.rejects(fail(redis, { keys: [], arguments: [] }), /OWN it is wrong/)
  const calls = sent.length
  await assert.rejects(fail(redis, { keys: [], arguments: [] }), /OWN it is wrong/)
  assert.deepEqual(sent.slice(calls), ['evalSha'])
  await close()
})
