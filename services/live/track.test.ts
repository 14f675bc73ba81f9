// One line against every trick of the bell: late, early, twice, never.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { NumberedNews } from './live.ts'
import { createTrack } from './track.ts'

const news = (userSeq: number): NumberedNews => ({ type: 'n', title: '', data: {}, userSeq })
const settled = () => new Promise((resolve) => setTimeout(resolve, 5))

/** A track on a line that grows, and the numbers that it has sent. */
function stage(delay: () => Promise<void> = async () => {}, rowsMax = 200) {
  const line: NumberedNews[] = []
  const numbers: number[] = []
  const errors: Error[] = []
  const breaks: number[] = []
  let pauses = 0
  const track = createTrack({
    async read(after) {
      const rows = line.filter((one) => one.userSeq > after).slice(0, rowsMax)
      await delay()
      return rows
    },
    send: (one) => void numbers.push(one.userSeq),
    pause() {
      pauses += 1
      return pauses % 100 === 0 ? delay() : undefined
    },
    broken: (head) => void breaks.push(head),
    failed: (error) => void errors.push(error),
  })
  return { track, line, numbers, errors, breaks }
}

test('news in order goes straight through, without a read', async () => {
  const { track, numbers } = stage(() => Promise.reject(new Error('read')))
  await track.begin(0)
  for (const at of [1, 2, 3]) track.ring(news(at))
  assert.deepEqual(numbers, [1, 2, 3])
})

test('a bell that skips one has the gap read first, and late ones are known already', async () => {
  const { track, line, numbers } = stage()
  await track.begin(0)
  line.push(news(1), news(2), news(3))
  for (const at of [3, 2, 1]) track.ring(news(at))
  await settled()
  assert.deepEqual(numbers, [1, 2, 3])
})

test('a bell that never rang is made up for by the head', async () => {
  const { track, line, numbers } = stage()
  await track.begin(0)
  line.push(news(1), news(2))
  track.reach(2)
  await settled()
  assert.deepEqual(numbers, [1, 2])
})

test('what rings while the backlog is read comes after it, once', async () => {
  const { track, line, numbers } = stage(() => new Promise((go) => setTimeout(go, 2)))
  line.push(news(1), news(2))
  track.reach(2)
  const beginning = track.begin(0)
  line.push(news(3))
  track.ring(news(3))
  await beginning
  await settled()
  track.ring(news(4))
  assert.deepEqual(numbers, [1, 2, 3, 4])
})

test('a long backlog is read in steps and arrives whole, at the pace of its reader', async () => {
  const { track, line, numbers } = stage(settled as () => Promise<void>, 300)
  for (let at = 1; at <= 1_000; at += 1) line.push(news(at))
  track.reach(1_000)
  await track.begin(10)
  assert.deepEqual(
    numbers,
    Array.from({ length: 990 }, (_, at) => at + 11),
  )
})

test('a line that is stored no more is said to be broken, and goes on at its head', async () => {
  const { track, line, numbers, breaks } = stage()
  line.push(news(5), news(6))
  track.reach(6)
  await track.begin(2)
  assert.deepEqual([numbers, breaks], [[], [6]])
  track.ring(news(7))
  track.reach(9)
  await settled()
  assert.deepEqual([numbers, breaks], [[7], [6, 9]])
})

test('a line that cannot be read is told', async () => {
  const { track, errors } = stage(() => Promise.reject(new Error('away')))
  await track.begin(0)
  track.ring(news(5))
  await settled()
  assert.equal(errors[0]?.message, 'away')
})

test('nothing is sent after the stop', async () => {
  const { track, line, numbers } = stage(settled as () => Promise<void>)
  line.push(news(1))
  track.reach(1)
  const beginning = track.begin(0)
  track.stop()
  await beginning
  track.ring(news(1))
  assert.deepEqual(numbers, [])
})
