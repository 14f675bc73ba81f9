// The HTTP door: who gets in, what is refused, and in which words.
import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { markRead, sendMessage } from '@sosik/contract/chat'
import { Problem } from '@sosik/contract/errors'
import { readAnalytics } from '@sosik/contract/analytics'
import { readMe, register } from '@sosik/contract/user'
import { type Answering, answering } from '@sosik/services/service.ts'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { bearer, OPERATOR, openHost } from './stage.ts'

const PERSON = {
  user_id: 1,
  username: 'mina',
  display_name: '미나',
  profile_image_url: '',
  status_message: '',
}
const ACCOUNT = { ...PERSON, email: 'a@example.com', presence_hidden: false }
const BODY = { email: 'a@example.com', username: 'mina', password: 'correct horse' }

let app: FastifyInstance
const asked: unknown[] = []

const answerings: Answering[] = [
  answering(register, async () => ({ user: ACCOUNT, token: 'good' })),
  answering(readMe, async () => {
    const account = { ...ACCOUNT, password_hash: 'secret' }
    return account
  }),
  answering(markRead, async ({ params, body, caller }) => {
    asked.push({ params: { ...params }, body, caller })
    return { read_seq: body.seq }
  }),
  answering(sendMessage, async () => {
    throw new Problem('message_conflict', 'Another body.')
  }),
  answering(readAnalytics, async () => {
    throw new Error('the database is on fire')
  }),
]

before(async () => {
  const stage = await openHost(answerings)
  app = stage.app
})

after(() => app.close())

async function call(method: InjectOptions['method'], url: string, options: InjectOptions = {}) {
  const response = await app.inject({ ...options, method: method ?? 'GET', url })
  return { response, status: response.statusCode, body: response.json() }
}

test('what needs a part that is away is to be asked again, and tells nothing of it', async () => {
  const why = Object.assign(new Error('connect to 10.0.0.7'), { code: 'ECONNREFUSED' })
  const failing = answering(readMe, () => Promise.reject(why))
  const stage = await openHost([failing])
  const response = await stage.app.inject({ url: '/me', headers: bearer('good') })
  const { statusCode, headers } = response
  assert.deepEqual([statusCode, headers['retry-after']], [503, '1'])
  assert.ok(response.body.includes('not_ready') && !response.body.includes('10.0.0.7'))
  await stage.app.close()
})

test('a person gets in with a bearer token or the cookie, and with nothing else', async () => {
  const cookie = { cookies: { '__Host-session': 'good' } }
  assert.equal((await call('GET', '/me', { headers: bearer('good') })).status, 200)
  assert.equal((await call('GET', '/me', cookie)).status, 200)
  for (const headers of [{}, bearer('bad'), { authorization: 'Basic good' }]) {
    const { status, body } = await call('GET', '/me', { headers })
    assert.deepEqual([status, body.code], [401, 'not_signed_in'])
  }
  assert.equal((await call('GET', '/me?token=good')).status, 401)
  assert.equal((await call('GET', '/me?token=x', { headers: bearer('good') })).status, 400)
})

test('the operator is a token of its own; a person is not the operator', async () => {
  assert.equal((await call('GET', '/analytics', { headers: bearer('good') })).status, 403)
  assert.equal((await call('GET', '/analytics')).status, 401)
  const { status, body } = await call('GET', '/analytics', { headers: bearer(OPERATOR) })
  assert.deepEqual([status, body.code, body.detail], [500, 'internal', undefined])
})

test('with the cookie, a change must come from our own pages', async () => {
  const change = (headers: Record<string, string>) =>
    call('POST', '/rooms/3/read', {
      cookies: { '__Host-session': 'good' },
      headers: { host: 'sosik.example', ...headers },
      payload: { seq: 1 },
    })
  const own = ['same-origin', 'none'].map((site) => ({ 'sec-fetch-site': site }))
  for (const headers of [...own, { origin: 'https://sosik.example' }]) {
    assert.equal((await change(headers)).status, 200)
  }
  const foreign: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site', origin: 'https://sosik.example' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    {},
  ]
  for (const headers of foreign) {
    const { status, body } = await change(headers)
    assert.deepEqual([status, body.code], [403, 'origin_refused'])
  }
})

test('signing in sets a cookie that no script reads and no other site sends', async () => {
  const { response, status } = await call('POST', '/users', { payload: BODY })
  assert.equal(status, 201)
  const cookie = String(response.headers['set-cookie'])
  assert.match(cookie, /^__Host-session=good; .*Path=\/; HttpOnly; Secure; SameSite=Lax$/)
})

test('path and query become what the schema says; bodies must be it already', async () => {
  const headers = bearer('good')
  asked.length = 0
  await call('POST', '/rooms/3/read', { headers, payload: { seq: 7 } })
  assert.deepEqual(asked, [
    { params: { room_id: 3 }, body: { seq: 7 }, caller: { userId: 1, sessionId: 'session of 1' } },
  ])
  const wrong: [string, object][] = [
    ['/rooms/x/read', { seq: 1 }],
    ['/rooms/0/read', { seq: 1 }],
    ['/rooms/1e3/read', { seq: 1 }],
    ['/rooms/03/read', { seq: 1 }],
    ['/rooms/9007199254740992/read', { seq: 1 }],
    ['/rooms/3/read', { seq: '1' }],
    ['/rooms/3/read', {}],
    ['/rooms/3/read', { seq: 1, more: true }],
    ['/rooms/3/read?x=1', { seq: 1 }],
  ]
  for (const [url, payload] of wrong) {
    const { status, body } = await call('POST', url, { headers, payload })
    assert.deepEqual([status, body.code], [400, 'body_invalid'], url)
  }
})

test('problems have a code, a status, and a title in the asked language', async () => {
  const payload = { client_message_id: 'a', content: 'x' }
  const headers = { ...bearer('good'), 'accept-language': 'ko-KR,ko;q=0.9' }
  const { response, body } = await call('POST', '/rooms/3/messages', { headers, payload })
  assert.match(String(response.headers['content-type']), /^application\/problem\+json/)
  assert.equal(response.headers['content-language'], 'ko')
  const { instance, ...details } = body
  assert.match(instance, /^urn:uuid:[0-9a-f-]{36}$/)
  assert.deepEqual(details, {
    type: '/docs#problem-message_conflict',
    title: '같은 메시지 번호로 다른 내용을 보낼 수 없습니다.',
    status: 422,
    code: 'message_conflict',
    detail: 'Another body.',
  })
})

test('no JSON, too much of it, another type and unknown routes are refused by name', async () => {
  const json = { 'content-type': 'application/json' }
  const cases: [InjectOptions, number, string][] = [
    [{ headers: json, payload: '{' }, 400, 'body_invalid'],
    [{ headers: json, payload: '' }, 400, 'body_invalid'],
    [{ headers: json, payload: JSON.stringify('x'.repeat(200_000)) }, 413, 'body_too_large'],
    [{ headers: { 'content-type': 'text/xml' }, payload: '<a/>' }, 415, 'media_type_unknown'],
  ]
  for (const [options, status, code] of cases) {
    const answer = await call('POST', '/users', options)
    assert.deepEqual([answer.status, answer.body.code], [status, code])
  }
  assert.deepEqual((await call('GET', '/nothing')).body.code, 'not_found')
})

test('a field that the contract does not declare never leaves', async () => {
  const { response } = await call('GET', '/me', { headers: bearer('good') })
  assert.ok(!response.body.includes('secret'))
  assert.equal(response.headers['cache-control'], 'no-store')
  assert.equal(response.headers['x-content-type-options'], 'nosniff')
})
