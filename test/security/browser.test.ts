// 8 to 10: what a browser sends for another site, and what every answer tells a browser.
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { type Product, type Somebody, startProduct } from './product.ts'

let product: Product
let person: Somebody

before(async () => {
  product = await startProduct()
  person = await product.somebody()
})

after(() => product.stop())

const FOREIGN: readonly Record<string, string>[] = [
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { origin: 'https://evil.example' },
  { origin: 'null' },
]
const cookie = () => `__Host-session=${person.token}`

test('8 a change from another site is refused, whatever its credential', async () => {
  const body = { status_message: 'changed from outside' }
  const bearer = { authorization: `Bearer ${person.token}` }
  for (const foreign of FOREIGN) {
    for (const credential of [{ cookie: cookie() }, bearer, {}]) {
      const headers = { ...foreign, ...credential } as Record<string, string>
      const response = await product.ask('PATCH', '/me', { body, headers })
      assert.equal(response.status, 403)
      assert.equal((await response.json()).code, 'origin_refused')
    }
    const entering = { body: { username: 'a', password: 'b' }, headers: foreign }
    assert.equal((await product.ask('POST', '/sessions', entering)).status, 403)
  }
  const form = {
    body: 'status_message=changed',
    headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: cookie() },
  }
  // A foreign form is refused for its origin; one of our own for its type.
  for (const [headers, status] of [
    [{ ...form.headers, origin: 'https://evil.example' }, 403],
    [{ ...form.headers, 'sec-fetch-site': 'same-origin' }, 415],
    [{ ...form.headers, 'sec-fetch-site': 'same-origin', 'content-type': 'text/plain' }, 415],
  ] as const) {
    assert.equal((await product.ask('PATCH', '/me', { ...form, headers })).status, status)
  }
  // A browser that says nothing changes nothing by its cookie; a program with a bearer may.
  const silent = await product.ask('PATCH', '/me', { body, headers: { cookie: cookie() } })
  assert.equal(silent.status, 403)
  const me = await (await product.ask('GET', '/me', { token: person.token })).json()
  assert.equal(me.status_message, '')
  assert.equal((await product.ask('PATCH', '/me', { body: {}, token: person.token })).status, 200)
})

test('9 a stream for another site is refused before anybody is authenticated', async () => {
  for (const foreign of FOREIGN) {
    for (const token of [person.token, 'no token', undefined]) {
      const headers = { ...foreign, ...(token && { cookie: `__Host-session=${token}` }) }
      const response = await product.ask('GET', '/stream', { headers })
      assert.equal(response.status, 403)
      await response.body?.cancel()
    }
  }
})

/** What is answered where there never was a request. */
async function askBrokenly() {
  const { hostname, port } = new URL(product.url)
  const socket = connect(Number(port), hostname)
  socket.write('what is this\r\n\r\n')
  const [head = ''] = (await text(socket)).split('\r\n\r\n')
  const [, ...lines] = head.split('\r\n')
  const fields = lines.map((line): [string, string] => {
    const [name = '', value = ''] = line.split(': ')
    return [name, value]
  })
  return { headers: new Headers(fields), url: 'no request', body: undefined }
}

test('10 every answer has the headers, refusals and streams as well', async () => {
  const { token } = person
  const answers = await Promise.all([
    askBrokenly(),
    product.ask('GET', '/me', { token }),
    product.ask('GET', '/stream', { token }),
    product.ask('GET', '/me'),
    product.ask('GET', '/nowhere'),
    product.ask('GET', '/health'),
    product.ask('GET', '/metrics'),
    product.ask('OPTIONS', '/me', { headers: { origin: 'https://evil.example' } }),
    product.ask('POST', '/users', { body: '{' }),
    product.ask('POST', '/users', { body: {} }),
  ])
  for (const { headers, url, body } of answers) {
    assert.equal(headers.get('x-content-type-options'), 'nosniff', url)
    assert.match(String(headers.get('content-security-policy')), /frame-ancestors 'none'/, url)
    assert.equal(headers.get('referrer-policy'), 'no-referrer', url)
    assert.equal(headers.get('cache-control'), 'no-store', url)
    assert.equal(headers.get('access-control-allow-origin'), null, url)
    assert.equal(headers.get('access-control-allow-credentials'), null, url)
    await body?.cancel()
  }
})
