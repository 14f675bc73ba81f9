// What never reaches a route: other methods and paths, other media types, and broken requests.
import assert from 'node:assert/strict'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import test, { after, before } from 'node:test'
import { createRoom } from '@sosik/contract/chat'
import { readMe, updateProfile } from '@sosik/contract/user'
import { type Answering, answering, type Idempotency } from '@sosik/services/service.ts'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { until } from 'sosik/testing'
import { SECURITY_HEADERS } from './security-headers.ts'
import { openHost } from './stage.ts'

const ACCOUNT = {
  user_id: 1,
  username: 'mina',
  display_name: '미나',
  profile_image_url: '',
  status_message: '',
  email: 'mina@example.com',
  presence_hidden: false,
}
const SIGNED_IN = { authorization: 'Bearer good' }

const keys: (Idempotency | undefined)[] = []

const answerings: Answering[] = [
  answering(readMe, async () => ACCOUNT),
  answering(updateProfile, async () => ACCOUNT),
  answering(createRoom, async ({ idempotency }) => {
    keys.push(idempotency)
    throw new Error('only the key is looked at')
  }),
]

let app: FastifyInstance

async function started(): Promise<FastifyInstance> {
  const { app: host } = await openHost(answerings)
  await host.listen({ host: '127.0.0.1', port: 0 })
  return host
}

const portOf = (host: FastifyInstance) => (host.server.address() as AddressInfo).port

before(async () => {
  app = await started()
})

after(() => app.close())

async function call(method: string, url: string, options: InjectOptions = {}) {
  const given = {
    ...options,
    method: method as 'GET',
    url,
    headers: { ...SIGNED_IN, ...options.headers },
  }
  const { statusCode, headers, body } = await app.inject(given)
  return { status: statusCode, headers, body, code: body === '' ? '' : JSON.parse(body).code }
}

test('an unknown path is not found, a known one says which methods it has', async () => {
  const unknown = await call('POST', '/nothing', { payload: '<a/>' })
  assert.deepEqual([unknown.status, unknown.code], [404, 'not_found'])
  for (const method of ['DELETE', 'POST', 'TRACE', 'PROPFIND']) {
    const { status, code, headers } = await call(method, '/me?x=1')
    assert.deepEqual([status, code], [405, 'method_not_allowed'], method)
    assert.equal(headers.allow, 'GET, HEAD, PATCH, OPTIONS')
    assert.match(String(headers['content-type']), /^application\/problem\+json/)
  }
})

test('OPTIONS tells the methods, HEAD is GET without the body', async () => {
  const options = await call('OPTIONS', '/me')
  assert.deepEqual([options.status, options.body], [204, ''])
  assert.equal(options.headers.allow, 'GET, HEAD, PATCH, OPTIONS')
  assert.equal((await call('OPTIONS', '/nothing')).status, 404)
  const [head, whole] = [await call('HEAD', '/me'), await call('GET', '/me')]
  assert.deepEqual([head.status, head.body], [200, ''])
  assert.equal(head.headers['content-length'], String(Buffer.byteLength(whole.body)))
})

test('who accepts no JSON gets none, but is told so in it', async () => {
  const { status, code } = await call('GET', '/me', { headers: { accept: 'text/html' } })
  assert.deepEqual([status, code], [406, 'not_acceptable'])
  assert.equal((await call('GET', '/me', { headers: { accept: 'text/html, */*' } })).status, 200)
})

test('an address that cannot be read is a problem, too', async () => {
  const { status, code } = await call('GET', '/rooms/%zz')
  assert.deepEqual([status, code], [400, 'body_invalid'])
})

test('headers without end and text that is no HTTP are answered with problems', async () => {
  const cases: [text: string, status: string, code: string][] = [
    [`GET /me HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, '431', 'headers_too_large'],
    ['what is this\r\n\r\n', '400', 'body_invalid'],
  ]
  for (const [request, status, code] of cases) {
    const socket = connect(portOf(app), '127.0.0.1')
    socket.write(request)
    const answer = await text(socket)
    const [first, ...headers] = answer.slice(0, answer.indexOf('\r\n\r\n')).split('\r\n')
    assert.match(String(first), new RegExp(`^HTTP/1.1 ${status} `))
    const wanted = Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`)
    for (const line of [...wanted, 'content-type: application/problem+json; charset=utf-8']) {
      assert.ok(headers.includes(line), `${line} is not in\n${answer}`)
    }
    assert.equal(JSON.parse(answer.slice(answer.indexOf('{'))).code, code)
  }
})

test('an idempotency key comes bare or quoted, and stands for one request', async () => {
  const body = { room_type: 'group', member_ids: [2] }
  const ask = (key: string, payload: object = body) =>
    call('POST', '/rooms', { headers: { 'idempotency-key': key }, payload })
  await ask('"a-1"')
  await ask('a-1')
  await ask('a-1', { ...body, name: 'x' })
  await call('POST', '/rooms', { payload: body })
  const [quoted, bare, other, without] = keys
  assert.equal(quoted?.key, 'a-1')
  assert.deepEqual(bare, quoted)
  assert.equal(other?.key, 'a-1')
  assert.notDeepEqual(other?.requestHash, quoted?.requestHash)
  assert.equal(without, undefined)
  for (const key of ['', 'a b', '"a', 'x'.repeat(101)]) assert.equal((await ask(key)).status, 400)
})

test('on a connection that is still open a closing server says that it is not ready', async () => {
  const host = await started()
  const socket = connect(portOf(host), '127.0.0.1')
  // A request that has begun keeps its connection.
  socket.write('GET /me HTTP/1.1\r\nhost: sosik.example\r\n')
  await fetch(`http://127.0.0.1:${portOf(host)}/me`, { headers: SIGNED_IN })
  const closing = host.close()
  await until('nothing new is let in', () => !host.server.listening)
  socket.write('authorization: Bearer good\r\n\r\n')
  const answer = await text(socket)
  assert.match(answer, /^HTTP\/1.1 503 /)
  assert.equal(JSON.parse(answer.slice(answer.indexOf('{'))).code, 'not_ready')
  await closing
})
