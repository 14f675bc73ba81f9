// What the client makes of how a stream ends: it comes back when it is asked to, or not at all.
import assert from 'node:assert/strict'
import test from 'node:test'
import { createClient } from './client.ts'
import { eventStream } from './events.ts'
import { followState } from './session.ts'

const READY = 'event: ready\ndata: {"type":"ready","title":"","data":{"head":"a1.1"}}\n\n'
const DISPLACED = 'event: displaced\ndata: {"type":"displaced","title":"","data":{}}\n\n'

/** A server whose streams are these, one after the other; all lists are empty. */
function serverOf(...streams: (string | Response)[]) {
  const openedAtMs: number[] = []
  const ask: typeof fetch = async (address) => {
    if (address !== '/stream') return Response.json({ cursor: 'a1.1', items: [] })
    openedAtMs.push(performance.now())
    const stream = streams[openedAtMs.length - 1]
    return stream instanceof Response ? stream : new Response(stream)
  }
  return { options: { baseUrl: '', fetch: ask }, openedAtMs }
}

test('who is sent away comes back when the server said, and goes on', async () => {
  const { options, openedAtMs } = serverOf(`${READY}retry: 400\n\n`, READY)
  const types: string[] = []
  for await (const { type } of eventStream(options)) {
    types.push(type)
    if (types.length === 2) break
  }
  const [first = 0, second = 0] = openedAtMs
  assert.ok(second - first >= 390, `after ${second - first} ms`)
  assert.deepEqual(types, ['ready', 'ready'])
})

test('who is not let in comes back after the time that the server gave', async () => {
  const full = Response.json({}, { status: 503, headers: { 'retry-after': '1' } })
  const { options, openedAtMs } = serverOf(full, READY + DISPLACED)
  for await (const event of eventStream(options)) assert.ok(event)
  const [first = 0, second = 0] = openedAtMs
  assert.ok(second - first >= 990 && second - first < 5_000, `after ${second - first} ms`)
})

test('nobody is sent away for longer than the client allows', async () => {
  const { options, openedAtMs } = serverOf(`${READY}retry: 60000\n\n`, READY + DISPLACED)
  for await (const event of eventStream({ ...options, retryMsMax: 10 })) assert.ok(event)
  const [first = 0, second = 0] = openedAtMs
  assert.ok(second - first < 5_000)
})

test('whether the server is there is told, each time that it changes', async () => {
  const { options } = serverOf(READY, new Response('', { status: 503 }), READY + DISPLACED)
  const told: string[] = []
  const session = followState(createClient({ ...options, retryMsMax: 10 }), {
    onChange: (_state, event) => void told.push(event?.type ?? 'snapshot'),
    onConnection: (isConnected) => void told.push(isConnected ? 'there' : 'away'),
  })
  await session.ended
  const first = ['snapshot', 'there', 'ready', 'away']
  assert.deepEqual(told, [...first, 'away', 'there', 'ready', 'displaced', 'away'])
})

test('who is displaced is told, and does not come back', async () => {
  const { options, openedAtMs } = serverOf(READY + DISPLACED, READY)
  const told: (string | undefined)[] = []
  const session = followState(createClient(options), {
    onChange: (_state, event) => void told.push(event?.type),
  })
  await session.ended
  assert.deepEqual(told, [undefined, 'ready', 'displaced'])
  assert.equal(openedAtMs.length, 1)
})
