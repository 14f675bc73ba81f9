// A process that has enough to do says so at once, and is there again when something is done.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import test from 'node:test'
import { readMe, signOut } from '@sosik/contract/user'
import { answering } from '@sosik/services/service.ts'
import { until } from 'sosik/testing'
import { bearer, openHost } from './stage.ts'

const MOST = 2

/** A host whose work on `readMe` ends when it is let go. */
async function openBusy() {
  const ends: (() => void)[] = []
  const answerings = [
    answering(readMe, () => new Promise((_, reject) => ends.push(() => reject(new Error('x'))))),
    answering(signOut, async () => undefined),
  ]
  const { app } = await openHost(answerings, { underWayMax: MOST })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  const ask = (path: string, method = 'GET') =>
    fetch(url + path, { method, headers: { ...bearer('good'), 'sec-fetch-site': 'same-origin' } })
  return { app, url, ask, letGo: ends }
}

test('more than may be under way are refused at once, and told when to come again', async () => {
  const { app, ask, letGo } = await openBusy()
  const working = Array.from({ length: MOST }, () => ask(readMe.path))
  await until('they are at work', () => letGo.length === MOST)
  const refused = await ask(signOut.path, signOut.method)
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '1'])
  assert.equal(((await refused.json()) as { code: string }).code, 'not_ready')
  letGo.shift()?.()
  await Promise.any(working)
  await until('there is room', async () => (await ask(signOut.path, signOut.method)).ok)
  letGo.shift()?.()
  await Promise.all(working)
  await app.close()
})

test('who goes away before the answer makes room', async () => {
  const { app, url, ask, letGo } = await openBusy()
  for (let at = 0; at < MOST; at += 1) {
    const gone = request(url + readMe.path, { headers: bearer('good') }).end()
    await until('it is at work', () => letGo.length === at + 1)
    const broken = once(gone, 'error')
    gone.destroy(new Error('gone'))
    await broken
  }
  await until('there is room', async () => (await ask(signOut.path, signOut.method)).ok)
  for (const go of letGo) go()
  await app.close()
})
