// Rate limits at the door: who is counted, what they are told, and what others learn of it.
import assert from 'node:assert/strict'
import test from 'node:test'
import { listMessages, sendMessage } from '@sosik/contract/chat'
import { Problem } from '@sosik/contract/errors'
import { RATES } from '@sosik/contract/rates'
import { readMe, signIn } from '@sosik/contract/user'
import { answering } from '@sosik/services/service.ts'
import type { InjectOptions } from 'fastify'
import { type Clock, systemClock } from 'sosik'
import { bearer, type HostStage, openHost } from './stage.ts'
import { addressOf, hashOf } from './subjects.ts'

const FOREIGN_ROOM = 9
const ACCOUNT = {
  user_id: 1,
  username: 'mina',
  display_name: '미나',
  profile_image_url: '',
  status_message: '',
  email: 'a@example.com',
  presence_hidden: false,
}
const answerings = [
  answering(readMe, async () => ACCOUNT),
  answering(listMessages, async () => ({ items: [] })),
  answering(sendMessage, async ({ params, body, caller }) => {
    if (params.room_id === FOREIGN_ROOM) throw new Problem('not_found')
    const { client_message_id, content } = body
    const message = { message_id: 'm', room_id: params.room_id, seq: 1, user_id: caller.userId }
    const created_at = '2026-01-27T12:00:00.000Z'
    return { ...message, client_message_id, content, message_type: 'text' as const, created_at }
  }),
  answering(signIn, async ({ body }) => {
    if (body.password !== 'right') throw new Problem('sign_in_failed')
    return { user: ACCOUNT, token: 'good' }
  }),
]

function stillClock(): Clock & { pass(ms: number): void } {
  let nowMs = 0
  return {
    ...systemClock,
    nowMs: () => nowMs,
    pass: (ms) => {
      nowMs += ms
    },
  }
}

async function call({ app }: HostStage, options: InjectOptions) {
  const { statusCode: status, headers, ...response } = await app.inject(options)
  return { status, headers, code: status < 400 ? undefined : response.json().code }
}

const send = (stage: HostStage, token: string, roomId: number) =>
  call(stage, {
    method: 'POST',
    url: `/rooms/${roomId}/messages`,
    headers: bearer(token),
    payload: { client_message_id: 'a', content: 'x' },
  })

const enter = (stage: HostStage, address: string, password: string, username = 'mina') =>
  call(stage, {
    method: 'POST',
    url: '/sessions',
    remoteAddress: address,
    payload: { username, password },
  })

const sending = RATES.send.find((rate) => rate.per === 'user')?.calls ?? 0

test('a person who asks too often waits, is told how long, and others do not', async () => {
  const clock = stillClock()
  const stage = await openHost(answerings, { clock })
  for (let n = 0; n < sending; n += 1) assert.equal((await send(stage, 'good', 3)).status, 201)
  const { status, code, headers } = await send(stage, 'good', 3)
  assert.deepEqual([status, code, headers['retry-after']], [429, 'too_many', '1'])
  assert.match(String(headers['ratelimit-policy']), /"send-user-10";q=200;w=10/)
  assert.match(String(headers['ratelimit']), /"send-user-10";r=0;t=10/)
  assert.equal((await send(stage, 'other', 3)).status, 201)
  assert.equal((await call(stage, { url: '/me', headers: bearer('good') })).status, 200)
  clock.pass(50)
  assert.equal((await send(stage, 'good', 3)).status, 201)
  await stage.app.close()
})

test('a room that is full tells who has spoken in it, and nobody else', async () => {
  const stage = await openHost(answerings, { clock: stillClock() })
  const rate = RATES.send.find((one) => one.per === 'room')
  assert.ok(rate)
  const key = `rate:send:room:${rate.periodMs}:${hashOf('3')}`
  for (let n = 0; n < rate.calls; n += 1) await stage.parts.rates.take([{ key, rate }])
  assert.equal((await send(stage, 'good', 3)).status, 201)
  assert.equal((await send(stage, 'good', 3)).code, 'too_many')
  assert.equal((await send(stage, 'other', 3)).status, 201, 'who says something now and then')
  assert.equal((await send(stage, 'good', 4)).status, 201)
  await stage.app.close()
})

test('a stranger neither uses up a room nor hears that it is full', async () => {
  const stage = await openHost(answerings, { clock: stillClock(), rateFactor: 0.1 })
  const codes = new Set<unknown>()
  for (let n = 0; n < 20; n += 1) {
    const { code, headers } = await send(stage, 'good', FOREIGN_ROOM)
    codes.add(code)
    assert.ok(!String(headers['ratelimit']).includes('room'))
  }
  assert.deepEqual([...codes], ['not_found'])
  await stage.app.close()
})

test('wrong passwords slow down one address, not the account', async () => {
  const clock = stillClock()
  const stage = await openHost(answerings, { clock })
  for (let n = 0; n < 5; n += 1) {
    assert.equal((await enter(stage, '192.0.2.1', 'wrong')).code, 'sign_in_failed')
  }
  assert.equal((await enter(stage, '192.0.2.1', 'right', 'MINA')).code, 'too_many')
  assert.equal((await enter(stage, '198.51.100.1', 'right')).status, 201)
  clock.pass(2_000)
  assert.equal((await enter(stage, '192.0.2.1', 'right')).status, 201)
  await stage.app.close()
})

test('the longer one guesses, the longer one waits; the right password ends it', async () => {
  const clock = stillClock()
  const stage = await openHost(answerings, { clock })
  const waits: number[] = []
  for (let n = 0; n < 100; n += 1) {
    const { headers, code } = await enter(stage, '192.0.2.1', 'wrong')
    if (code !== 'too_many') continue
    const waitSeconds = Number(headers['retry-after'])
    waits.push(waitSeconds)
    clock.pass(waitSeconds * 1_000)
  }
  assert.deepEqual(
    [...new Set(waits)].filter((wait) => [2, 30, 360].includes(wait)),
    [2, 30, 360],
  )
  assert.equal(waits.at(-1), 360)
  clock.pass(360_000)
  assert.equal((await enter(stage, '192.0.2.1', 'right')).status, 201)
  assert.equal((await enter(stage, '192.0.2.1', 'wrong')).code, 'sign_in_failed')
  await stage.app.close()
})

test('a spoofed address moves no count; a trusted proxy is believed', async () => {
  const spoof = (n: number) => ({ 'x-forwarded-for': `203.0.113.${n}` })
  const countsAfter = async (trustedProxies: string[]) => {
    const given = { clock: stillClock(), rateFactor: 0.001, trustedProxies }
    const stage = await openHost(answerings, given)
    const statuses: number[] = []
    for (let n = 0; n < 12; n += 1) {
      const { status } = await call(stage, {
        url: '/nowhere',
        headers: spoof(n),
        remoteAddress: '10.0.0.1',
      })
      statuses.push(status)
    }
    await stage.app.close()
    return statuses.filter((status) => status === 429).length
  }
  assert.equal(await countsAfter([]), 2)
  assert.equal(await countsAfter(['192.0.2.0/24']), 2)
  assert.equal(await countsAfter(['10.0.0.0/8']), 0)
})

test('an IPv6 network counts as one, an IPv4 address as itself', () => {
  assert.equal(addressOf('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2')
  assert.equal(addressOf('2001:db8:1:2::1'), '2001:db8:1:2')
  assert.equal(addressOf('2001:db8::1'), '2001:db8:0:0')
  assert.equal(addressOf('::1'), '0:0:0:0')
  assert.equal(addressOf('::ffff:192.0.2.7'), '192.0.2.7')
  assert.equal(addressOf('192.0.2.7'), '192.0.2.7')
})

test('without limits there are none, and no headers that speak of them', async () => {
  const stage = await openHost(answerings, { rateFactor: 0 })
  const { status, headers } = await send(stage, 'good', 3)
  assert.deepEqual([status, headers['ratelimit']], [201, undefined])
  await stage.app.close()
})
