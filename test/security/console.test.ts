// 8, 9 and 28 for the operator's face: its cookie, its page, and its rights in the database.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { databaseRights, grantsOf } from '@sosik/server/src/rights/database.ts'
import { chatGroup } from '@sosik/contract/chat'
import type { AnyRoute } from '@sosik/contract/route'
import { OPERATOR_TOKEN, type Product, startProduct } from './product.ts'
import { lineOf, ROUTES, sampleOf } from './routes.ts'

const SAME = { 'sec-fetch-site': 'same-origin' }
const OPS = ROUTES.filter(({ path, auth }) => path.startsWith('/ops/') && auth === 'operator')
const ROLE = '"console"'

const MESSAGE = '019bf8a0-0000-7000-8000-000000000001'
/** A dead letter, a message on its way to person 1, and a key that the log refused. */
const SEED = [
  `insert into dead_letter values ('${chatGroup.name}', 'user.events', 0, 0, '1', 0, 'e', 'E', 'c',
     'e', now(), now(), true, 0, 0, 'open', null, 0, 0, 'o')`,
  `insert into chat_profile values (1, 'Mina', '', '', now())`,
  `insert into chat_room (room_type, name, spoken_at, created_by) values ('group', '', now(), 1)`,
  `insert into chat_member (room_id, user_id, username, joined_at) values (1, 1, 'mina', now())`,
  `insert into chat_message (room_id, seq, id, user_id, client_message_id, message_type, content,
     created_at, body_hash) values (1, 1, '${MESSAGE}', 1, '1', 'text', 'a', now() - interval '8 d',
     '')`,
  `insert into outbox (lane, topic, key, event_id, event_type, value, headers)
   values (1, 'user.events', '1', 'e', 'E', '', '[]')`,
  `insert into outbox_hold (row_id, lane, topic, key, attempts, error_code, error)
   select id, 1, 'user.events', '1', 1, 'c', 'e' from outbox`,
  `insert into outbox (lane, topic, key, event_id, event_type, value, headers, created_at, sent_at)
   values (2, 'message.events', '1', 'm', 'MessageSent', '{"message_id": "${MESSAGE}"}', '[]',
     now() - interval '8 d', now())`,
]

let product: Product

before(async () => {
  product = await startProduct({ roles: ['console'] })
})

after(() => product.stop())

const signIn = (token: string, headers: Readonly<Record<string, string>> = SAME) =>
  product.ask('POST', '/ops/session', { body: { token }, headers })

async function cookieOf(): Promise<string> {
  const response = await signIn(OPERATOR_TOKEN)
  assert.equal(response.status, 204)
  const [cookie = ''] = (response.headers.get('set-cookie') ?? '').split(';')
  return cookie
}

const askFor = (route: AnyRoute, headers: Readonly<Record<string, string>>) => {
  const query = new URLSearchParams(sampleOf(route.query, {}) as Record<string, string>)
  const body = route.body && sampleOf(route.body, {})
  return product.ask(route.method, `${route.path}?${query}`, { headers, ...(body && { body }) })
}

test('8 the operator’s cookie is for this host, for no script, and for no other site', async () => {
  const response = await signIn(OPERATOR_TOKEN)
  const set = response.headers.get('set-cookie') ?? ''
  assert.match(set, /^__Host-operator=\d+\.[\w-]+; /)
  for (const word of ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Strict', 'Max-Age=43200']) {
    assert.ok(set.split('; ').includes(word), `${word} in ${set}`)
  }
  assert.ok(!set.includes(OPERATOR_TOKEN))
  const left = await product.ask('DELETE', '/ops/session', { headers: SAME })
  assert.match(
    left.headers.get('set-cookie') ?? '',
    /^__Host-operator=; .*Expires=Thu, 01 Jan 1970/,
  )
})

test('8 no other token signs in, and no other site does', async () => {
  const wrong = await signIn('another token of that length')
  assert.deepEqual([wrong.status, (await wrong.json()).code], [401, 'operator_token_wrong'])
  assert.equal(wrong.headers.get('set-cookie'), null)
  for (const site of ['cross-site', 'same-site']) {
    const foreign = await signIn(OPERATOR_TOKEN, { 'sec-fetch-site': site })
    assert.deepEqual([foreign.status, (await foreign.json()).code], [403, 'origin_refused'])
  }
})

test('8 by the cookie a page of another site changes nothing, nor a silent one', async () => {
  const cookie = await cookieOf()
  for (const route of OPS.filter(({ method }) => method !== 'GET')) {
    for (const from of [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
      {},
    ]) {
      const response = await askFor(route, { cookie, ...from })
      assert.equal((await response.json()).code, 'origin_refused', lineOf(route))
    }
  }
})

test('9 its page runs its own script only, and asks no other server', async () => {
  const page = await product.ask('GET', '/console/')
  assert.equal(page.status, 200)
  const policy = page.headers.get('content-security-policy') ?? ''
  for (const line of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"]) {
    assert.ok(policy.split('; ').includes(line), line)
  }
  assert.ok(!/unsafe|\*|data:/.test(policy))
  assert.doesNotMatch(await page.text(), /<script(?![^>]* src=)|style=| on\w+=|https?:/)
  const again = { headers: { 'if-none-match': page.headers.get('etag') ?? '' } }
  assert.equal((await product.ask('GET', '/console/', again)).status, 304)
  const moved = await product.ask('GET', '/console')
  assert.deepEqual([moved.status, moved.headers.get('location')], [308, '/console/'])
})

test('33 a process of the console answers operators, and nobody else anything', async () => {
  for (const path of ['/rooms', '/me', '/docs', '/stream']) {
    assert.equal((await product.ask('GET', path)).status, 404, path)
  }
  for (const route of OPS) {
    const bare = await askFor(route, SAME)
    assert.deepEqual([bare.status, (await bare.json()).code], [401, 'not_signed_in'])
  }
})

test('28 the console does all that it does with the rights that are written down', async () => {
  const { database } = product.parts
  const rights = databaseRights().get('console') ?? []
  await database.query(`create role ${ROLE}`)
  for (const grant of grantsOf(rights, ROLE)) await database.query(grant)
  for (const statement of SEED) await database.query(statement)
  const cookie = await cookieOf()
  const headers = { cookie, ...SAME }
  const asked: readonly [method: string, path: string, body?: object][] = [
    ['GET', '/ops/groups'],
    ['GET', '/ops/topics'],
    ['GET', `/ops/dead-letters?group=${chatGroup.name}`],
    ['GET', `/ops/dead-letters/runs?group=${chatGroup.name}`],
    ['GET', '/ops/outbox'],
    ['GET', '/ops/outbox/held'],
    ['GET', '/ops/outbox/actions'],
    ['GET', `/ops/trace?message_id=${MESSAGE}&user_id=1`],
    ['GET', '/analytics'],
    ['GET', '/analytics/rebuild'],
    ['GET', '/analytics/rooms?from=2026-01-27T00:00:00.000Z&to=2026-01-28T00:00:00.000Z'],
    [
      'GET',
      '/analytics/series?metric=online_peak&interval=hour&from=2026-01-27T00:00:00.000Z' +
        '&to=2026-01-28T00:00:00.000Z',
    ],
    ['POST', '/ops/dead-letters/redrive', letters(false)],
    ['POST', '/ops/dead-letters/discard', letters(true)],
    ['POST', '/ops/outbox/discard', { row_id: 1, by: 'minsu' }],
    ['POST', '/ops/outbox/release', { selection: {}, all: true, by: 'minsu' }],
  ]
  const walked: string[] = []
  await database.query(`set role ${ROLE}`)
  try {
    for (const [method, path, body] of asked) {
      const response = await product.ask(method, path, { headers, ...(body && { body }) })
      const text = await response.text()
      assert.equal(response.status, 200, `${method} ${path}: ${text}`)
      if (path.startsWith('/ops/trace')) walked.push(...statesOf(text))
    }
    const denied = { code: '42501' }
    for (const query of ['select email from user_account', 'delete from dead_letter']) {
      await assert.rejects(database.query(query), denied, query)
    }
  } finally {
    await database.query('reset role')
  }
  // Far enough that each place was asked.
  assert.deepEqual(walked.slice(0, 5), ['passed', 'passed', 'unknown', 'unknown', 'unknown'])
  assert.notEqual(walked[5], 'not_reached')
})

const statesOf = (trace: string): string[] =>
  (JSON.parse(trace) as { stages: { state: string }[] }).stages.map(({ state }) => state)

const letters = (dry_run: boolean) => ({
  group: chatGroup.name,
  selection: {},
  all: true,
  dry_run,
  by: 'minsu',
})
