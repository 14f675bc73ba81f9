// The chat client at the door: whole, run by its own scripts only, and not sent twice.
import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { openHost } from '../http/stage.ts'
import { mountFace, webFace } from './face.ts'

let app: FastifyInstance

before(async () => {
  ;({ app } = await openHost([]))
  mountFace(app, webFace)
})

after(() => app.close())

test('the page has all that it names, and each of it is what it says', async () => {
  const { body, headers } = await app.inject('/')
  assert.match(String(headers['content-type']), /^text\/html/)
  const named = [...body.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, path = '']) => path)
  assert.deepEqual(named.sort(), ['/web/app.js', '/web/icon.svg', '/web/style.css'])
  const kinds = await Promise.all(
    named.map(async (path) => (await app.inject(path)).headers['content-type']),
  )
  const kind = (type: string) => `${type}; charset=utf-8`
  assert.deepEqual(kinds, ['text/javascript', 'image/svg+xml', 'text/css'].map(kind))
})

test('the page runs its own scripts only, and says where from', async () => {
  const { body, headers } = await app.inject('/')
  const policy = String(headers['content-security-policy'])
  assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'/)
  assert.match(policy, /frame-ancestors 'none'/)
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.doesNotMatch(policy, /unsafe|data:|https?:|\*/)
  assert.doesNotMatch(body, /<script>|<style>| style=| on\w+=|="https?:/)
})

test('what a browser has is not sent again', async () => {
  const { headers } = await app.inject('/web/app.js')
  const again = { 'if-none-match': String(headers.etag) }
  const { statusCode, body } = await app.inject({ url: '/web/app.js', headers: again })
  assert.deepEqual([statusCode, body], [304, ''])
  const other = { 'if-none-match': '"another"' }
  assert.equal((await app.inject({ url: '/web/app.js', headers: other })).statusCode, 200)
})
