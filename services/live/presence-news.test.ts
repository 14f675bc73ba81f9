// Presence as one reader is told it: at once, then once a second at most, and only the latest.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Clock } from 'sosik'
import type { News } from './live.ts'
import { gatherPresence } from './presence-news.ts'

function stage() {
  let nowMs = 0
  const alarms: { readonly atMs: number; readonly call: () => void }[] = []
  const clock: Clock = {
    nowMs: () => nowMs,
    after(delayMs, call) {
      alarms.push({ atMs: nowMs + delayMs, call })
      return () => {}
    },
  }
  const frames: { readonly atMs: number; readonly data: object }[] = []
  const tell = (news: News) => {
    assert.deepEqual([news.type, news.title], ['presence', ''])
    frames.push({ atMs: nowMs, data: news.data })
  }
  const take = gatherPresence(clock, tell)
  let changes = 0
  return {
    frames,
    alarms,
    come(user_id: number, is_online: boolean, at = (changes += 1)) {
      const timestamp = new Date(at).toISOString()
      const status = { user_id, is_online, timestamp }
      take({ type: 'presence', title: '', data: { people: [status] } })
      return status
    },
    pass(ms: number) {
      nowMs += ms
      for (const due of alarms.filter((one) => one.atMs <= nowMs)) {
        alarms.splice(alarms.indexOf(due), 1)
        due.call()
      }
    },
  }
}

test('the first is told at once, the others together a second later', () => {
  const { frames, come, pass } = stage()
  const first = come(1, true)
  const [second, third] = [come(2, true), come(3, false)]
  assert.deepEqual(frames, [{ atMs: 0, data: { people: [first] } }])
  pass(999)
  assert.equal(frames.length, 1)
  pass(1)
  assert.deepEqual(frames[1], { atMs: 1_000, data: { people: [second, third] } })
})

test('of one person only the latest is told, in whichever order it came', () => {
  const { frames, come, pass } = stage()
  come(9, true)
  come(1, true, 5)
  const latest = come(1, false, 7)
  come(1, true, 6)
  pass(1_000)
  assert.deepEqual(frames[1]?.data, { people: [latest] })
})

test('five thousand people who come and go are a frame a second at most', () => {
  const { frames, come, pass } = stage()
  for (let ms = 0; ms < 10_000; ms += 10) {
    for (let n = 0; n < 50; n += 1) come(n * 100 + ((ms / 10) % 100), ms % 20 === 0)
    pass(10)
  }
  assert.ok(frames.length <= 11)
  for (const [at, { atMs }] of frames.entries()) {
    assert.ok(at === 0 || atMs - (frames[at - 1]?.atMs ?? 0) >= 1_000)
  }
})

test('after a second of silence nothing waits, and the next is told at once', () => {
  const { frames, alarms, come, pass } = stage()
  come(1, true)
  pass(1_000)
  assert.deepEqual([frames.length, alarms.length], [1, 0])
  come(2, true)
  assert.equal(frames.length, 2)
})
