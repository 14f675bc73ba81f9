// One stream from the greeting to the last frame, and the readers that it does not wait for.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { NumberedNews } from './live.ts'
import { rememberedSink } from './stage.ts'
import {
  createEventStream,
  type EndReason,
  UNREAD_BYTES_MAX,
  UNREAD_FRAMES_MAX,
  UNREAD_MS_MAX,
} from './stream.ts'

const EPOCH = 'a1'
const head = { epoch: EPOCH, userSeq: 7 }
const atHead = { from: 7, resync: undefined }
const news = (userSeq: number): NumberedNews => ({ type: 'n', title: '', data: {}, userSeq })

function stage(readBacklog = async (): Promise<NumberedNews[]> => []) {
  const sink = rememberedSink()
  const ends: EndReason[] = []
  const resyncs: string[] = []
  const stream = createEventStream({
    userId: 1,
    sessionId: 's',
    streamId: 'x',
    sink,
    readBacklog,
    readRoom: async () => [],
    onRoom: () => {},
    onError: () => {},
    onEnd: (reason) => void ends.push(reason),
    onResync: (reason) => void resyncs.push(reason),
  })
  return { stream, sink, ends, resyncs }
}

test('ready comes first, then where it begins, when to come back, and what was early', async () => {
  const { stream, sink } = stage()
  stream.whisper({ type: 'typing', title: '', data: {} })
  stream.beat(7)
  assert.deepEqual(sink.frames(), [])
  await stream.begin(head, atHead, 1_234.5)
  const [ready = '', place = ''] = sink.frames()
  assert.match(ready, /^event: ready\ndata: .*"head":"a1.7"/)
  assert.ok(place.startsWith('id: a1.7\n\nretry: 1235\n\nevent: typing\n'))
})

test('the backlog follows the greeting, and what rings meanwhile follows the backlog', async () => {
  const { stream, sink } = stage(async () => [news(6), news(7), news(8)])
  stream.ring(news(8))
  await stream.begin(head, { from: 5, resync: undefined }, 0)
  stream.ring(news(9))
  const ids = [...sink.text().matchAll(/^id: (.*)$/gm)].map(([, id]) => id)
  assert.deepEqual(ids, ['a1.5', 'a1.6', 'a1.7', 'a1.8', 'a1.9'])
})

test('who cannot go on is told the reason and the head, and goes on from there', async () => {
  const { stream, sink, resyncs } = stage()
  await stream.begin(head, { from: 7, resync: 'ahead' }, 0)
  assert.match(sink.text(), /event: resync\ndata: .*"head":"a1.7","reason":"ahead"/)
  stream.reach(9)
  await new Promise(setImmediate)
  assert.match(sink.text(), /event: resync\ndata: .*"head":"a1.9","reason":"too_old"/)
  stream.ring(news(10))
  assert.match(sink.text(), /id: a1.10\n/)
  assert.deepEqual(resyncs, ['ahead', 'too_old'])
})

test('a reader is cut off by frames, bytes, or time, and nothing is written after', async () => {
  const unreads = [{ frames: UNREAD_FRAMES_MAX + 1 }, { bytes: UNREAD_BYTES_MAX + 1 }]
  for (const unread of unreads) {
    const { stream, sink, ends } = stage()
    await stream.begin(head, atHead, 0)
    sink.leave(unread)
    stream.ring(news(8))
    assert.deepEqual([ends, sink.wasCut()], [['slow'], true])
    const { length } = sink.frames()
    stream.ring(news(9))
    stream.beat(10)
    stream.end('drained')
    assert.deepEqual([ends, sink.frames().length], [['slow'], length])
  }
  const { stream, sink, ends } = stage()
  await stream.begin(head, atHead, 0)
  sink.leave({ frames: 1, sinceMs: 1_000 })
  stream.watch(1_000 + UNREAD_MS_MAX)
  assert.deepEqual(ends, [])
  stream.watch(1_001 + UNREAD_MS_MAX)
  assert.deepEqual([ends, sink.wasCut()], [['slow'], true])
})

test('a heartbeat waits for a reader that reads', async () => {
  const { stream, sink } = stage()
  await stream.begin(head, atHead, 0)
  sink.leave({ frames: 1 })
  stream.beat(7)
  assert.ok(!sink.text().includes('heartbeat'))
  sink.leave({ frames: 0 })
  stream.beat(7)
  assert.ok(sink.text().endsWith(': heartbeat\n\n'))
})

test('the last frame says why, or when to come back', async () => {
  for (const reason of ['displaced', 'session_ended'] as const) {
    const { stream, sink, ends } = stage()
    await stream.begin(head, atHead, 0)
    stream.end(reason)
    assert.ok(sink.frames().at(-1)?.startsWith(`event: ${reason}\n`))
    assert.deepEqual([ends, sink.ended(), sink.wasCut()], [[reason], true, false])
  }
  const { stream, sink } = stage()
  await stream.begin(head, atHead, 0)
  stream.end('drained', 900)
  assert.equal(sink.frames().at(-1), 'retry: 900\n\n')
})

test('a line that cannot be read ends the stream, so that its reader comes back', async () => {
  const { stream, sink, ends } = stage(() => Promise.reject(new Error('away')))
  await stream.begin(head, { from: 5, resync: undefined }, 0)
  assert.deepEqual([ends, sink.ended()], [['failed'], true])
})
