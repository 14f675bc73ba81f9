// 26, 27 and 29: hostile records and canaries, on a broker, a PostgreSQL and a Redis of its own.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Producer } from '@platformatic/kafka'
import { type Cluster, startCluster } from '@sosik/cli/cluster'
import { messenger } from '@sosik/contract/catalogue'
import { MessageSent } from '@sosik/contract/chat'
import { realParts } from '@sosik/server/src/parts.ts'
import { applyTopics, encode, planTopics } from 'sosik'
import { kafkaEventLog } from 'sosik/kafka'
import { until } from 'sosik/testing'
import { uuidv7 } from 'uuidv7'
import { OPERATOR_TOKEN, type Product, type Somebody, startProduct } from './product.ts'

const PASSWORD = 'canary-password-5d1c'
const EMAIL = 'canary-address-77ab@example.com'
const TEXT = 'canary text 9f42, phone 010-5555-0142'
/** Short enough to be shown whole in an error of the JSON parser. */
const TOKEN_OF_TEXT = 'canary77'

let folder: string
let cluster: Cluster
let product: Product

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sosik-canary-'))
  cluster = await startCluster({ dataDir: folder, brokers: 1, durable: false })
  const { KAFKA_BROKERS, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = cluster.env
  const kafkaBrokers = KAFKA_BROKERS.split(',')
  const log = await kafkaEventLog({ brokers: kafkaBrokers })
  await applyTopics(log.admin, await planTopics(log.admin, messenger))
  await log.close()
  const real = { kafkaBrokers, kafkaSecurity: {}, databaseUrl, redisUrl }
  const parts = await realParts(
    real,
    { folder: '.sosik/nothing-is-uploaded', s3: undefined },
    () => {},
  )
  product = await startProduct({ parts, workers: true, environment: { RATE_LIMIT_FACTOR: '1' } })
})

after(async () => {
  await product.stop()
  await cluster.stop()
  await rm(folder, { recursive: true, force: true })
})

const metrics = async () => (await product.ask('GET', '/metrics', { token: OPERATOR_TOKEN })).text()

/** How many records some group has put among the dead letters. */
async function buried(): Promise<number> {
  const lines = (await metrics()).split('\n').filter((line) => line.includes('"dead_lettered"'))
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

async function append(value: Uint8Array, headers: Record<string, string> = {}, key = '900') {
  const [result] = await product.parts.log.append([
    {
      topic: 'message.events',
      key: Buffer.from(key),
      value,
      headers: Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]),
    },
  ])
  return result
}

/** At a time that our own client would not write: before any that a date can be. */
async function appendAt(timestamp: bigint, value: Buffer): Promise<void> {
  const bootstrapBrokers = cluster.env.KAFKA_BROKERS.split(',')
  const producer = new Producer({ clientId: 'hostile', bootstrapBrokers })
  const headers = new Map([[Buffer.from('ce_type'), Buffer.from('MessageSent')]])
  const record = { topic: 'message.events', key: Buffer.from('900'), value, headers, timestamp }
  await producer.send({ messages: [record] })
  await producer.close()
}

async function json(method: string, path: string, who: Somebody, body?: object) {
  const response = await product.ask(method, path, { token: who.token, ...(body && { body }) })
  return response.json()
}

/** A message goes all the way: it is sent, and found. */
async function goesOn(text: string): Promise<void> {
  const [one, other] = [await product.somebody(), await product.somebody()]
  const members = { room_type: 'direct', member_ids: [other.userId] }
  const { room_id } = await json('POST', '/rooms', one, members)
  const message = { client_message_id: 'a', content: text }
  await json('POST', `/rooms/${room_id}/messages`, one, message)
  await until(`${text} is found`, async () => {
    const { items } = await json('GET', `/search/messages?text=${text}`, other)
    return items.length === 1
  })
}

test('26 a forged record is dead-lettered, a replayed one changes nothing', async () => {
  const before = await buried()
  await append(Buffer.from('{"room_id":"a forged one"}'), { ce_type: 'MessageSent' })
  await until('both groups bury it', async () => (await buried()) >= before + 2)
  assert.ok(product.lines.some((line) => line.includes('dead letter')))

  const counted = async () => {
    const analytics = await product.ask('GET', '/analytics', { token: OPERATOR_TOKEN })
    return (await analytics.json()).messages
  }
  await goesOn('original')
  await until('it is counted', async () => (await counted()) >= 1)
  const messages = await counted()
  // Under the id of an event that was handled, once with its bytes and once with others.
  const seal = { id: uuidv7(), time: new Date().toISOString() }
  const data = { ...MessageSent.example, room_id: 901, message_id: uuidv7() }
  const genuine = encode(MessageSent.of(data), seal)
  const forged = encode(MessageSent.of({ ...data, content: 'other words' }), seal)
  for (const record of [genuine, genuine, forged]) await product.parts.log.append([record])
  await goesOn('afterwards')
  assert.equal(
    await until('counted', async () => (await counted()) > messages && counted()),
    messages + 2,
  )

  // An event of another topic under its name is none of ours: skipped, and counted.
  await append(Buffer.from('{}'), { ce_type: 'UserRegistered' })
  await until('it is skipped', async () =>
    /outcome="skipped"/.test((await metrics()).replaceAll('\n', ' ')),
  )
})

test('27 hostile records cost bounded time and memory, and other keys go on', async () => {
  const memory = process.memoryUsage().rss
  const startedMs = performance.now()
  const headers = { ce_type: 'MessageSent' }
  const hostile = [
    Buffer.from(`{"x":${'['.repeat(200_000)}${']'.repeat(200_000)}}`),
    Buffer.from(`{"content":"${'0'.repeat(900_000)}"}`),
    Buffer.from([0x7b, 0xff, 0xfe, 0xc0, 0x80, 0x7d]),
    Buffer.alloc(900_000),
    Buffer.from('{"__proto__":{"polluted":true}}'),
  ]
  const before = await buried()
  for (const value of hostile) assert.equal((await append(value, headers))?.ok, true)
  await appendAt(-9_000_000_000_000_000n, Buffer.from('{"of":"no time"}'))
  const oversized = await append(Buffer.alloc(5_000_000), headers)
  assert.equal(oversized?.ok, false)
  const sent = hostile.length + 1
  await until('all are buried', async () => (await buried()) >= before + 2 * sent)
  await goesOn('undisturbed')
  assert.ok(performance.now() - startedMs < 30_000)
  assert.ok(process.memoryUsage().rss - memory < 300_000_000)
  assert.equal(Reflect.get({}, 'polluted'), undefined)
})

test('29 canaries are only where the document puts them', async () => {
  const canary = { email: EMAIL, username: 'canary', password: PASSWORD }
  const registered = await (await product.ask('POST', '/users', { body: canary })).json()
  const who = { userId: registered.user.user_id, sessionId: '', token: registered.token }
  const wrong = { username: EMAIL, password: `${PASSWORD} wrong` }
  await product.ask('POST', '/sessions', { body: wrong })
  await product.ask('POST', '/users', { body: { ...canary, username: 'canary_2' } })
  const other = await product.somebody()
  const room = { room_type: 'direct', member_ids: [other.userId] }
  const { room_id } = await json('POST', '/rooms', who, room)
  const said = { client_message_id: 'canary', content: TEXT }
  const { message_id } = await json('POST', `/rooms/${room_id}/messages`, who, said)
  await json('GET', `/search/messages?text=${encodeURIComponent(TEXT)}`, other)
  const before = await buried()
  await append(Buffer.from(`{"content":"${TEXT}",`), { ce_type: 'MessageSent' })
  await append(Buffer.from(`{"content":"${TEXT}"}`), { ce_type: 'MessageSent' })
  await append(Buffer.from(`{"content":${TOKEN_OF_TEXT}}`), { ce_type: 'MessageSent' })
  await until('all are buried', async () => (await buried()) >= before + 6)
  await json('DELETE', `/rooms/${room_id}/messages/${message_id}`, who)
  await goesOn('finished')
  const figures = await metrics()

  const canaries = { EMAIL, PASSWORD, TEXT, token: who.token }
  for (const [name, text] of Object.entries(canaries)) {
    assert.deepEqual(
      product.lines.filter((line) => line.includes(text)),
      [],
      name,
    )
    assert.ok(!figures.includes(text), name)
  }
  // A parser would show the piece at which it stopped.
  assert.deepEqual(
    product.lines.filter((line) => line.includes(TOKEN_OF_TEXT)),
    [],
  )
  const found = (text: string) =>
    globSync('**', { cwd: folder, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .filter(
        (file) => !file.startsWith('postgres/') && readFileSync(join(folder, file)).includes(text),
      )
      .map((file) => /kafka-1\/([\w.]+)-\d+\//.exec(file)?.[1] ?? file)
  // Redis keeps what people were told for who comes back soon: a deleted text leaves it as well.
  await until('the text has left Redis', async () => {
    await saveRedis()
    return !found(TEXT).some((file) => file.startsWith('redis/'))
  })
  assert.deepEqual(found(PASSWORD), [])
  assert.deepEqual(found(who.token), [])
  // The document's UserRegistered carries the address, MessageSent the text; so do dead letters.
  assert.deepEqual([...new Set(found(EMAIL))], ['user.events'])
  assert.deepEqual([...new Set(found(TEXT))].sort(), ['message.events', 'message.events.dlq'])
  assert.ok(!(await tablesWith(PASSWORD)).length && !(await tablesWith(who.token)).length)
  assert.deepEqual(
    (await tablesWith(EMAIL)).filter((table) => !/outbox/.test(table)),
    ['user_account'],
  )
  // The message was deleted: its text is nowhere but in the log, and in what is still to be sent.
  assert.deepEqual(
    (await tablesWith(TEXT)).filter((table) => !/outbox/.test(table)),
    [],
  )
})

/** Uncompressed, beside everything else that is searched. */
async function saveRedis(): Promise<void> {
  const { hostname, port } = new URL(cluster.env.REDIS_URL)
  const socket = connect(Number(port), hostname)
  socket.write('CONFIG SET rdbcompression no\r\nSAVE\r\nQUIT\r\n')
  socket.resume()
  await once(socket, 'close')
}

async function tablesWith(text: string): Promise<string[]> {
  const { database } = product.parts
  const tables = await database.query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE' order by table_name`,
  )
  const hits = await Promise.all(
    tables.map(async ({ name }) => {
      const query = `select 1 from ${name} as one where position($1 in one::text) > 0 limit 1`
      return (await database.query(query, [text])).length > 0 ? [name] : []
    }),
  )
  return hits.flat()
}
