// Bodies and answers of bytes over real connections: lengths, media types, slow and broken senders.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Problem } from '@sosik/contract/errors'
import { FILE_BYTES_MAX, readFile, uploadFile } from '@sosik/contract/files'
import { readMe } from '@sosik/contract/user'
import { answering } from '@sosik/services/service.ts'
import fastify from 'fastify'
import { cutSlowBody } from './bytes.ts'
import { bearer, openHost } from './stage.ts'

const FILE_ID = '019bf8a0-0000-7000-8000-000000000001'
const INFO = {
  file_id: FILE_ID,
  address: `/files/${FILE_ID}`,
  user_id: 1,
  kind: 'file' as const,
  name: 'a',
  media_type: 'application/octet-stream',
  size_bytes: 1,
  client_file_id: 'a',
  created_at: '2026-01-27T12:00:00.000Z',
}
const BYTES = { 'content-type': 'application/octet-stream' }
const JSON_BODY = { 'content-type': 'application/json' }
const TOKEN = bearer('good')
const CHUNK = Buffer.alloc(65_536, 'a')

/** What the handler of uploads does next. */
let take = async (_bytes: Readable): Promise<void> => {}
/** What the handler of downloads was asked for, and whether its bytes are still read. */
let wanted: unknown
let served = Readable.from([])

const { app } = await openHost([
  answering(uploadFile, async ({ body }) => {
    await take(body.bytes)
    return { ...INFO, size_bytes: body.sizeBytes }
  }),
  answering(readFile, async ({ conditions }) => {
    wanted = conditions
    return { status: 200 as const, headers: { 'content-type': 'image/png' }, bytes: served }
  }),
  answering(readMe, async () => {
    throw new Problem('not_found')
  }),
])
await app.listen({ host: '127.0.0.1', port: 0 })
const { port } = app.server.address() as AddressInfo
after(() => app.close())

function open(headers: Record<string, string | number>, query = 'kind=file&name=a'): ClientRequest {
  const path = `/files?client_file_id=a&${query}`
  return request({
    port,
    host: '127.0.0.1',
    method: 'POST',
    path,
    headers: { ...TOKEN, ...headers },
  })
}

async function answerOf(asked: ClientRequest) {
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const body = JSON.parse(String(await buffer(response)))
  return { status: response.statusCode, headers: response.headers, body }
}

async function refused(headers: Record<string, string | number>, query?: string) {
  const asked = open(headers, query)
  asked.on('error', () => {})
  asked.write('a')
  const { status, body } = await answerOf(asked)
  asked.destroy()
  return [status, body.code]
}

test('bytes reach the handler as they come, not after they came', async () => {
  const came: number[] = []
  const first = Promise.withResolvers<void>()
  take = async (bytes) => {
    for await (const chunk of bytes) {
      came.push((chunk as Buffer).length)
      first.resolve()
    }
  }
  const asked = open({ ...BYTES, 'content-length': 2 })
  asked.write('a')
  await first.promise
  assert.deepEqual(came, [1])
  asked.end('b')
  const { status, body } = await answerOf(asked)
  assert.deepEqual([status, body.size_bytes, came], [201, 2, [1, 1]])
})

test('another media type, no length, none, and too long a one are refused unread', async () => {
  take = () => assert.fail('nothing is taken')
  const long = FILE_BYTES_MAX + 1
  assert.deepEqual(await refused({ 'content-type': 'image/png', 'content-length': 9 }), [
    415,
    'media_type_unknown',
  ])
  assert.deepEqual(await refused({ 'content-length': 9 }), [415, 'media_type_unknown'])
  assert.deepEqual(await refused(BYTES), [411, 'length_required'])
  assert.deepEqual(await refused({ ...BYTES, 'content-length': long }), [413, 'body_too_large'])
  const empty = open({ ...BYTES, 'content-length': 0 })
  empty.end()
  assert.equal((await answerOf(empty)).body.code, 'length_required')
})

test('the query and the caller are checked before a byte is read', async () => {
  take = () => assert.fail('nothing is taken')
  const bytes = { ...BYTES, 'content-length': 9 }
  for (const query of [
    'kind=page&name=a',
    'kind=file',
    'kind=file&name=a%2Fb',
    'kind=file&name=%00',
  ]) {
    assert.deepEqual(await refused(bytes, query), [400, 'body_invalid'], query)
  }
  assert.deepEqual(await refused({ ...bytes, ...bearer('bad') }), [401, 'not_signed_in'])
})

test('who is refused in the middle of sending still hears why', async () => {
  take = async (bytes) => {
    for await (const _ of bytes.iterator({ destroyOnReturn: false })) break
    throw new Problem('image_invalid')
  }
  const asked = open({ ...BYTES, 'content-length': 64 * CHUNK.length })
  for (let n = 0; n < 64; n += 1) asked.write(CHUNK)
  asked.end()
  const { status, headers, body } = await answerOf(asked)
  assert.deepEqual([status, body.code], [422, 'image_invalid'])
  // The rest was taken off the connection, which serves on.
  assert.notEqual(headers.connection, 'close')
  if (!asked.writableFinished) await once(asked, 'finish')
})

test('a sender who goes away is an error of the stream', async () => {
  const failed = Promise.withResolvers<Error>()
  take = async (bytes) => {
    const reading = bytes.forEach(() => {})
    await reading.catch((error: unknown) => failed.resolve(error as Error))
  }
  const asked = open({ ...BYTES, 'content-length': 9 })
  asked.on('error', () => {})
  asked.write('a')
  await pause(50)
  asked.destroy()
  assert.equal(((await failed.promise) as NodeJS.ErrnoException).code, 'ECONNRESET')
})

test('bytes are answered as the handler says, which hears what was asked', async () => {
  served = Readable.from([CHUNK, CHUNK], { objectMode: false })
  const response = await fetch(`http://127.0.0.1:${port}/files/${FILE_ID}`, {
    headers: { ...TOKEN, range: 'bytes=0-1', 'if-none-match': '"a"' },
  })
  assert.deepEqual(wanted, { range: 'bytes=0-1', ifNoneMatch: '"a"' })
  assert.equal(response.headers.get('content-type'), 'image/png')
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
  assert.equal((await response.arrayBuffer()).byteLength, 2 * CHUNK.length)
  const head = await fetch(`http://127.0.0.1:${port}/files/${FILE_ID}`, {
    method: 'HEAD',
    headers: TOKEN,
  })
  assert.equal(head.status, 405)
})

test('a reader who goes away closes what was opened for them', async () => {
  served = new Readable({
    read() {
      this.push(CHUNK)
    },
  })
  const response = await fetch(`http://127.0.0.1:${port}/files/${FILE_ID}`, { headers: TOKEN })
  await response.body?.cancel()
  if (!served.destroyed) await once(served, 'close')
})

test('a body of JSON that does not arrive ends its connection', async () => {
  const slow = fastify()
  slow.route({ method: 'POST', url: '/', preParsing: cutSlowBody(50), handler: async () => 'late' })
  await slow.listen({ host: '127.0.0.1', port: 0 })
  const headers = { 'content-type': 'application/json', 'content-length': 9 }
  const to = (slow.server.address() as AddressInfo).port
  const asked = request({ port: to, host: '127.0.0.1', method: 'POST', headers })
  asked.write('{')
  const { status, body } = await answerOf(asked)
  assert.deepEqual([status, body.code], [408, 'request_timeout'])
  const whole = await fetch(`http://127.0.0.1:${to}`, {
    method: 'POST',
    body: '{}',
    headers: JSON_BODY,
  })
  await pause(100)
  assert.equal(await whole.text(), 'late')
  await slow.close()
})
