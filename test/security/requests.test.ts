// 15, 16, 18, 21, 32, 34, 36: hostile requests, and what errors, logs and metrics say of them.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { OPERATOR_TOKEN, type Product, type Somebody, startProduct } from './product.ts'
import { lineOf, ROUTES, sampleOf } from './routes.ts'
import { openScene, pathOf, type Scene } from './scene.ts'

let product: Product
let person: Somebody
let scene: Scene

before(async () => {
  product = await startProduct()
  person = await product.somebody()
  scene = await openScene(product)
})

after(() => product.stop())

test('15 a body with a field that its route does not know is refused', async () => {
  const extras = [
    '"user_id":1',
    '"userId":1',
    '"role":"owner"',
    '"seq":7',
    '"__proto__":{"polluted":true}',
    '"constructor":{"prototype":{"polluted":true}}',
  ]
  for (const route of ROUTES.filter((one) => one.body !== undefined)) {
    const samples = { ...scene.given, ...scene.thingsOf(route) }
    const fitting = JSON.stringify(route.body && sampleOf(route.body, samples))
    for (const extra of extras) {
      const [, field = ''] = extra.split('"')
      if (route.body && field in route.body.properties) continue
      const body = `${fitting.slice(0, -1)},${extra}}`
      const token = scene.tokens[route.auth === 'operator' ? 'operator' : 'owner']
      const response = await product.ask(route.method, pathOf(route, scene.thingsOf(route)), {
        token,
        body,
      })
      const text = await response.text()
      assert.deepEqual(
        [response.status, JSON.parse(text).code],
        [400, 'body_invalid'],
        lineOf(route),
      )
    }
  }
  assert.equal(Reflect.get({}, 'polluted'), undefined)
})

test('16 a hostile id reaches neither the SQL nor another channel', async () => {
  const before = await product.parts.database.query('select count(*) from user_account')
  const hostile = [
    "1' or '1'='1",
    '1; drop table user_account',
    '1 union select 1',
    '*',
    '1\r\nPUBLISH user:notifications:1 x',
    '%00',
    '../1',
    '٣',
    '-1',
    '1.0',
    '9'.repeat(30),
  ]
  for (const route of ROUTES.filter((one) => one.path.includes(':'))) {
    for (const id of hostile) {
      const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) => [name, id])
      const body = route.body && sampleOf(route.body, { ...scene.given, ...scene.thingsOf(route) })
      const response = await product.ask(route.method, pathOf(route, Object.fromEntries(names)), {
        token: person.token,
        ...(body && { body }),
      })
      assert.ok([400, 404].includes(response.status), `${lineOf(route)} ${id}: ${response.status}`)
      await response.body?.cancel()
    }
  }
  assert.deepEqual(await product.parts.database.query('select count(*) from user_account'), before)
})

test('18 a credential is taken from no URL, and is in no log line and no error', async () => {
  for (const route of ROUTES) {
    const names = Object.keys({ ...route.query.properties, ...route.params.properties })
    assert.ok(!names.some((name) => /token|password|secret|session_token/.test(name)), route.path)
  }
  for (const name of ['token', 'access_token', 'authorization']) {
    const response = await product.ask('GET', `/me?${name}=${person.token}`)
    assert.equal(response.status, 401)
    assert.ok(!(await response.text()).includes(person.token))
  }
  const wrong = await product.ask('GET', '/me', { token: `${person.token}x` })
  assert.ok(!(await wrong.text()).includes(person.token))
  await product.ask('GET', '/me', { token: person.token })
  const logged = product.lines.join('')
  assert.ok(logged.includes('/me'))
  assert.ok(!logged.includes(person.token))
  assert.ok(!logged.includes(OPERATOR_TOKEN))
})

test('21 headers that are slow or huge, and bodies that are huge, are cut off', async () => {
  const { hostname, port } = new URL(product.url)
  const send = async (text: string, thenMs = 0) => {
    const socket = connect(Number(port), hostname)
    const heard: string[] = []
    socket.setEncoding('utf8').on('data', (chunk: string) => void heard.push(chunk))
    socket.on('error', () => {})
    const startedMs = performance.now()
    socket.write(text)
    const drip = setInterval(() => socket.writable && socket.write('x'), thenMs || 60_000)
    await once(socket, 'close')
    clearInterval(drip)
    return { answer: heard.join(''), tookMs: performance.now() - startedMs }
  }
  const [slow, huge] = await Promise.all([
    send('GET /me HTTP/1.1\r\nhost: x\r\nx-slow: ', 500),
    send(`GET /me HTTP/1.1\r\nhost: x\r\nx-huge: ${'x'.repeat(20_000)}\r\n\r\n`),
  ])
  assert.match(slow.answer, /^HTTP\/1\.1 408 /)
  assert.ok(slow.tookMs < 15_000, `${slow.tookMs} ms`)
  assert.match(huge.answer, /^HTTP\/1\.1 431 /)
  const body = JSON.stringify({ x: 'x'.repeat(200_000) })
  assert.equal((await product.ask('POST', '/users', { body })).status, 413)
})

test('32 an error says nothing of what is inside, and a log line stays one line', async () => {
  const { database } = product.parts
  await database.query('alter table notification rename to notification_gone')
  const response = await product.ask('GET', '/notifications', { token: person.token })
  await database.query('alter table notification_gone rename to notification')
  const text = await response.text()
  assert.equal(response.status, 500)
  assert.ok(
    !/notification_gone|relation|select|at .*\.ts|node_modules|127\.0\.0\.1/i.test(text),
    text,
  )
  await product.ask('GET', '/users?username=%0a%7B%22level%22%3A30%7D%0d%0a', {
    token: person.token,
  })
  await product.ask('GET', '/me', { headers: { 'user-agent': 'x', 'x-injected': 'a\tb' } })
  for (const line of product.lines) {
    assert.equal(line.trimEnd().split(/[\r\n]/).length, 1)
    assert.doesNotThrow(() => JSON.parse(line))
  }
})

test('34 metrics are for the operator, and name nobody; health says one word', async () => {
  assert.equal((await product.ask('GET', '/metrics')).status, 401)
  assert.equal((await product.ask('GET', '/metrics', { token: person.token })).status, 403)
  const text = await (await product.ask('GET', '/metrics', { token: OPERATOR_TOKEN })).text()
  const labels = [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '']) => name)
  const known = ['group', 'topic', 'type', 'outcome', 'partition', 'consumergroup', 'kind', 'alone']
  const others = new Set(labels.filter((name) => ![...known, 'parked', 'cause'].includes(name)))
  assert.deepEqual([...others], [])
  assert.ok(!/somebody_|example\.com|127\.0\.0\.1/.test(text))
  assert.deepEqual(await (await product.ask('GET', '/health')).json(), { status: 'ok' })
})

test('36 X-Forwarded-For of nobody whom we trust moves no limit', async () => {
  const strict = await startProduct({ environment: { RATE_LIMIT_FACTOR: '0.01' } })
  try {
    const statuses = new Set<number>()
    for (let n = 0; n < 12; n += 1) {
      const body = { username: 'victim', password: 'wrong' }
      const headers = { 'x-forwarded-for': `203.0.113.${n}`, forwarded: `for=203.0.113.${n}` }
      const response = await strict.ask('POST', '/sessions', { body, headers })
      statuses.add(response.status)
    }
    assert.ok(statuses.has(429))
  } finally {
    await strict.stop()
  }
})
