// One stream against every trick of the bell: late, early, twice, never.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { NumberedNews } from './live.ts'
import { createEventStream, QUEUED_BYTES_MAX } from './stream.ts'

const news = (userSeq: number): NumberedNews => ({ type: 'n', title: '', data: {}, userSeq })

/** A stream on a line that grows, and the numbers that it has sent. */
function stage(readDelay: () => Promise<void> = async () => {}) {
  const line: NumberedNews[] = []
  const written: string[] = []
  const errors: Error[] = []
  let ended = false
  let queued = 0
  const stream = createEventStream({
    userId: 1,
    sessionId: 's',
    epoch: 'a',
    sink: {
      write: (text) => void written.push(text),
      queuedBytes: () => queued,
      end: () => {
        ended = true
      },
    },
    async readAfter(userSeq, limit) {
      const rows = line.filter((one) => one.userSeq > userSeq).slice(0, limit)
      await readDelay()
      return rows
    },
    onError: (error) => errors.push(error),
  })
  return {
    stream,
    line,
    errors,
    numbers: () => written.flatMap((text) => /^id: a\.(\d+)/.exec(text)?.[1] ?? []).map(Number),
    written,
    ended: () => ended,
    queue: (bytes: number) => {
      queued = bytes
    },
    settle: () => new Promise((resolve) => setTimeout(resolve, 5)),
  }
}

test('news in order goes straight through, without a read', async () => {
  const { stream, numbers } = stage()
  await stream.begin(0)
  for (const at of [1, 2, 3]) stream.ring(news(at))
  assert.deepEqual(numbers(), [1, 2, 3])
})

test('a bell that skips one has the gap read first, and late ones are known already', async () => {
  const { stream, line, numbers, settle } = stage()
  await stream.begin(0)
  line.push(news(1), news(2), news(3))
  stream.ring(news(3))
  stream.ring(news(2))
  stream.ring(news(1))
  await settle()
  assert.deepEqual(numbers(), [1, 2, 3])
})

test('a bell that never rang is made up for by the heartbeat', async () => {
  const { stream, line, numbers, settle, written } = stage()
  await stream.begin(0)
  line.push(news(1), news(2))
  stream.beat(2)
  await settle()
  assert.deepEqual(numbers(), [1, 2])
  assert.ok(written.some((text) => text.startsWith(': heartbeat')))
})

test('what rings while the backlog is read comes after it, once', async () => {
  const { stream, line, numbers, settle } = stage(() => new Promise((go) => setTimeout(go, 2)))
  line.push(news(1), news(2))
  stream.beat(2)
  const beginning = stream.begin(0)
  line.push(news(3))
  stream.ring(news(3))
  await beginning
  await settle()
  stream.ring(news(4))
  assert.deepEqual(numbers(), [1, 2, 3, 4])
})

test('a long backlog is read in bounded steps and arrives whole', async () => {
  const { stream, line, numbers } = stage()
  for (let at = 1; at <= 1_000; at += 1) line.push(news(at))
  stream.beat(1_000)
  await stream.begin(10)
  assert.deepEqual(
    numbers(),
    Array.from({ length: 990 }, (_, at) => at + 11),
  )
})

test('a reader that does not read is cut off, and nothing is written after that', async () => {
  const { stream, numbers, ended, queue } = stage()
  await stream.begin(0)
  queue(QUEUED_BYTES_MAX + 1)
  stream.ring(news(1))
  assert.ok(ended())
  stream.ring(news(2))
  assert.deepEqual(numbers(), [1])
})

test('a line that cannot be read closes the stream, so that its reader comes back', async () => {
  const { stream, ended, errors, settle } = stage(() => Promise.reject(new Error('away')))
  await stream.begin(0)
  stream.ring(news(5))
  await settle()
  assert.ok(ended())
  assert.equal(errors[0]?.message, 'away')
})
