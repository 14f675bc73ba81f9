// 12, 14, 17, 19, 20: event streams under removal, forged ids, hostile texts, crowds.
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { after, before, test } from 'node:test'
import { until } from 'sosik/testing'
import { type Product, type Somebody, startProduct } from './product.ts'
import { group, json, say } from './talk.ts'

let product: Product

before(async () => {
  product = await startProduct({ workers: true })
})

after(() => product.stop())

interface Frame {
  readonly id: string | undefined
  readonly event: string
  readonly data: { readonly data: Record<string, unknown> }
}

/** Reads frames as the HTML standard says: none of the product's code, and no library. */
function parseFrames(text: string): Frame[] {
  const blocks = text.split(/\r\n\r\n|\n\n|\r\r/).slice(0, -1)
  return blocks.flatMap((block) => {
    const fields = block.split(/\r\n|\n|\r/).map((line) => /^(\w*)(?:: ?(.*))?$/s.exec(line) ?? [])
    const valueOf = (name: string) => fields.filter(([, one]) => one === name).map((one) => one[2])
    const data = valueOf('data')
    if (data.length === 0) return []
    return [
      {
        id: valueOf('id')[0],
        event: String(valueOf('event')[0]),
        data: JSON.parse(data.join('\n')),
      },
    ]
  })
}

async function listen(person: Somebody, lastEventId?: string) {
  const response = await product.ask('GET', '/stream', {
    token: person.token,
    headers: { ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) },
  })
  let text = ''
  let ended = false
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  const read = async () => {
    for (;;) {
      const chunk = await reader?.read()
      if (chunk === undefined || chunk.done) break
      text += decoder.decode(chunk.value, { stream: true })
    }
  }
  const reading = read()
    .catch(() => {})
    .finally(() => {
      ended = true
    })
  if (response.ok) await until('ready', () => text.includes('event: ready'))
  return {
    status: response.status,
    frames: () => parseFrames(text),
    ended: () => ended,
    async close() {
      await reader?.cancel()
      await reading
    },
  }
}

test('12 who is removed hears no more of the room, and resumes nothing', async () => {
  const [owner, left] = [await product.somebody(), await product.somebody()]
  const room = await group(product, owner, left)
  const stream = await listen(left)
  await say(product, owner, room, 'before', 'before the removal')
  const heard = () => stream.frames().filter((one) => one.event === 'message')
  const first = await until('the message', () => heard()[0])
  await json(product, 'DELETE', `/rooms/${room}/members/${left.userId}`, owner)
  await delay(1_000)
  await say(product, owner, room, 'after', 'after the removal')
  const watcher = await listen(owner)
  await delay(1_500)
  assert.deepEqual(
    heard().map((one) => one.data.data.content),
    ['before the removal'],
  )
  const resumed = await listen(left, first.id)
  await delay(300)
  const texts = JSON.stringify(resumed.frames())
  assert.ok(!texts.includes('after the removal'))
  assert.equal((await json(product, 'GET', `/rooms/${room}/messages`, left)).status, 404)
  await Promise.all([stream.close(), watcher.close(), resumed.close()])
})

test('14 a forged Last-Event-ID is answered with nothing of others', async () => {
  const [victim, other, forger] = await Promise.all([1, 2, 3].map(() => product.somebody()))
  assert.ok(victim && other && forger)
  const room = await group(product, victim, other)
  const theirs = await listen(other)
  await say(product, victim, room, 'secret', 'a secret of theirs')
  const told = await until('told', () => theirs.frames().find((one) => one.event === 'message'))
  const [epoch = ''] = String(told.id).split('.')
  const forged = [
    String(told.id),
    `${epoch}.999999999`,
    `${epoch}.-1`,
    `${epoch}.1e3`,
    'ffffffff.1',
    'x'.repeat(10_000),
    `${epoch}.1, ${epoch}.2`,
    "' or 1=1 --",
    '\tx',
  ]
  for (const lastEventId of forged) {
    const stream = await listen(forger, lastEventId)
    await delay(30)
    const frames = stream.frames()
    assert.ok(stream.status === 400 || frames.some((one) => one.event === 'resync'), lastEventId)
    assert.ok(!JSON.stringify(frames).includes('secret'))
    await stream.close()
  }
  await theirs.close()
})

test('17 hostile texts are one event each, bit for bit', async () => {
  const [one, other] = [await product.somebody(), await product.somebody()]
  const room = await group(product, one, other)
  const stream = await listen(other)
  const texts = [
    'a\rb',
    'a\nb',
    'a\r\nb',
    'a\n\nb',
    'a\u2028b\u2029c\u0085d',
    'data: x\n\ndata: y',
    'event: message\nid: 1.1\n\n',
    'id: \u0001\u001b[31m',
    ': comment',
    'retry: 1\n\n',
    // PGlite loses it at the very front of a text.
    'a\ufeffb',
    '한글 😀 e\u0301'.normalize('NFC'),
    '"}\n\nevent: ready\ndata: {"',
  ]
  for (const [n, content] of texts.entries()) {
    assert.equal((await say(product, one, room, `text ${n}`, content)).status, 201)
  }
  assert.equal((await say(product, one, room, 'nul', 'a\u0000b')).status, 400)
  const heard = () => stream.frames().filter((frame) => frame.event === 'message')
  await until('all texts', () => heard().length >= texts.length)
  assert.deepEqual(
    heard().map((frame) => frame.data.data.content),
    texts,
  )
  assert.equal(stream.frames().filter((frame) => frame.event === 'ready').length, 1)
  await stream.close()
})

test('19 a stream ends within a second of its session, and is refused afterwards', async () => {
  const person = await product.somebody()
  const stream = await listen(person)
  await product.ask('DELETE', '/sessions/current', { token: person.token })
  await until('the stream ends', () => stream.ended(), 1_000)
  assert.equal((await product.ask('GET', '/stream', { token: person.token })).status, 401)
})

test('20 of a thousand streams of one person a few stay open', async () => {
  const [greedy, other] = [await product.somebody(), await product.somebody()]
  const theirs = await listen(other)
  const room = await group(product, greedy, other)
  let open = 0
  const readToEnd = async ({ body }: Response) => {
    open += 1
    await body?.pipeTo(new WritableStream()).catch(() => {})
    open -= 1
  }
  for (let wave = 0; wave < 10; wave += 1) {
    const opening = Array.from({ length: 100 }, () =>
      product.ask('GET', '/stream', { token: greedy.token }),
    )
    for (const response of await Promise.all(opening)) if (response.ok) void readToEnd(response)
  }
  await delay(1_000)
  assert.ok(open <= 20, `${open} streams are open`)
  await say(product, greedy, room, 'still', 'still heard')
  await until('the other hears', () => theirs.frames().some((one) => one.event === 'message'))
  await theirs.close()
})
