// 1, 3 to 7: passwords, sign-ins, tokens and cookies, over HTTP.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { type Product, startProduct } from './product.ts'

const PASSWORD = 'correct horse battery'
const TRIES = 100
const ROUNDS_MAX = 5
const APART_MAX = 0.05
/** A hash of `password` by the reference implementation, at a lower cost. */
const OLD_HASH =
  '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'
const OF_TODAY = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$/
const MEMORY_KIB_MIN = 47_104

let product: Product
let people = 0

before(async () => {
  product = await startProduct()
})

after(() => product.stop())

function register(given: object = {}) {
  const username = `person_${(people += 1)}`
  const body = { email: `${username}@example.com`, username, password: PASSWORD, ...given }
  return product.ask('POST', '/users', { body })
}

const enter = (username: string, password: string) =>
  product.ask('POST', '/sessions', { body: { username, password } })

const hashOf = async (username: string) => {
  const [row] = await product.parts.database.query<{ password_hash: string }>(
    'select password_hash from user_account where username = $1',
    [username],
  )
  return row?.password_hash ?? ''
}

function assertOfToday(hash: string): void {
  const [, memory, passes] = OF_TODAY.exec(hash) ?? []
  assert.ok(Number(memory) >= MEMORY_KIB_MIN && Number(passes) >= 1, hash)
}

test('1 a stored hash is argon2id at 46 MiB, an older one is renewed', async () => {
  const { user } = await (await register()).json()
  assertOfToday(await hashOf(user.username))
  await product.parts.database.query(
    'update user_account set password_hash = $2 where username = $1',
    [user.username, OLD_HASH],
  )
  assert.equal((await enter(user.username, 'wrong')).status, 401)
  assert.equal(await hashOf(user.username), OLD_HASH)
  assert.equal((await enter(user.username, 'password')).status, 201)
  assertOfToday(await hashOf(user.username))
  assert.equal((await enter(user.username, 'password')).status, 201)
})

test('3 an unknown name is answered as a wrong password is', async () => {
  const { user } = await (await register()).json()
  const shown = { known: new Set<string>(), unknown: new Set<string>() }
  // What leaks, leaks in every round; what else the machine does is not in all of them.
  let apart = await timesApart(user.username, shown)
  for (let again = 1; again < ROUNDS_MAX && apart >= APART_MAX; again += 1) {
    apart = await timesApart(user.username, shown)
  }
  assert.deepEqual(shown.known, shown.unknown)
  assert.equal(shown.known.size, 1)
  assert.ok(apart < APART_MAX, `the times are ${(apart * 100).toFixed(1)} % apart`)
})

test('4 the tenth guess waits; another address gets in at once, the first one soon', async () => {
  const strict = await startProduct({
    environment: { RATE_LIMIT_FACTOR: '1', TRUSTED_PROXIES: '127.0.0.1' },
  })
  const enterFrom = (address: string, password: string) =>
    strict.ask('POST', '/sessions', {
      body: { username: 'victim', password },
      headers: { 'x-forwarded-for': address },
    })
  try {
    const body = { email: 'victim@example.com', username: 'victim', password: PASSWORD }
    assert.equal((await strict.ask('POST', '/users', { body })).status, 201)
    const statuses: number[] = []
    for (let n = 0; n < 10; n += 1) statuses.push((await enterFrom('192.0.2.1', 'wrong')).status)
    assert.equal(statuses.at(-1), 429)
    assert.equal((await enterFrom('198.51.100.1', PASSWORD)).status, 201)
    const refused = await enterFrom('192.0.2.1', PASSWORD)
    assert.equal(refused.status, 429)
    assert.ok(Number(refused.headers.get('retry-after')) <= 2)
  } finally {
    await strict.stop()
  }
})

test('5 a token has 256 bits, is new at each sign-in, and ends at once', async () => {
  const first = await (await register()).json()
  const second = await (await enter(first.user.username, PASSWORD)).json()
  assert.equal(Buffer.from(first.token, 'base64url').length, 32)
  assert.notEqual(first.token, second.token)
  const rows = await product.parts.database.query(
    `select *, encode(token_hash, 'escape') as text from user_session`,
  )
  const stored = JSON.stringify(rows)
  for (const { token } of [first, second]) assert.ok(!stored.includes(token))
  assert.equal((await product.ask('GET', '/me', { token: first.token })).status, 200)
  await product.ask('DELETE', '/sessions/current', { token: first.token })
  assert.equal((await product.ask('GET', '/me', { token: first.token })).status, 401)
  assert.equal((await product.ask('GET', '/me', { token: second.token })).status, 200)
})

test('6 every cookie is __Host-, Secure, HttpOnly, SameSite, and of the whole host', async () => {
  const registered = await register()
  const { user, token } = await registered.json()
  const answers = [
    registered,
    await enter(user.username, PASSWORD),
    await product.ask('DELETE', '/sessions/current', { token }),
  ]
  const cookies = answers.flatMap(({ headers }) => headers.getSetCookie())
  assert.equal(cookies.length, 3)
  for (const cookie of cookies) {
    assert.match(cookie, /^__Host-session=/)
    for (const flag of ['Path=/', 'Secure', 'HttpOnly', 'SameSite=Lax']) {
      assert.ok(cookie.split('; ').includes(flag), cookie)
    }
    assert.ok(!cookie.toLowerCase().includes('domain='))
  }
})

test('7 long and Unicode passwords sign in; the 3,000 commonest are refused', async () => {
  const longs = ['x'.repeat(64), 'y'.repeat(128), '비밀번호 🔑 '.repeat(8), 'pässwörd-ünd-mehr']
  for (const password of longs) {
    const { user } = await (await register({ password })).json()
    assert.equal((await enter(user.username, password)).status, 201)
    assert.equal((await enter(user.username, password.slice(1))).status, 401)
  }
  const file = new URL('../../services/user/common-passwords.txt', import.meta.url)
  const common = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => /^[^#]/.test(line))
  assert.equal(common.length, 3_000)
  for (const password of [...common.slice(0, 1_500), ...common.slice(1_500).map(upper)]) {
    const response = await register({ password })
    assert.equal((await response.json()).code, 'password_common', password)
  }
  assert.equal((await register({ password: '1234567' })).status, 400)
})

const upper = (text: string) => text.toUpperCase()

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

/** How far apart the medians of both kinds are, as a share; notes all that the answers show. */
async function timesApart(
  username: string,
  shown: Readonly<Record<'known' | 'unknown', Set<string>>>,
): Promise<number> {
  const times = { known: [] as number[], unknown: [] as number[] }
  for (let n = 0; n < TRIES; n += 1) {
    for (const kind of n % 2 === 0
      ? (['known', 'unknown'] as const)
      : (['unknown', 'known'] as const)) {
      const startedMs = performance.now()
      const response = await enter(kind === 'known' ? username : 'nobody_here', 'wrong')
      times[kind].push(performance.now() - startedMs)
      const text = (await response.text()).replace(/urn:uuid:[-0-9a-f]+/, '')
      const names = [...response.headers.keys()].join()
      shown[kind].add(`${response.status} ${text} ${names}`)
    }
  }
  const [known, unknown] = [median(times.known), median(times.unknown)]
  return Math.abs(known - unknown) / known
}
