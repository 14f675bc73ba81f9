// The breaker's transitions: what opens it, what a probe says, and what does not matter.
import assert from 'node:assert/strict'
import test from 'node:test'
import {
  afterAttempt,
  afterProbe,
  type Breaker,
  CLOSED,
  probing,
  type Verdict,
  withoutProbe,
} from './breaker.ts'

/** No jitter: the factor is 1. */
const random = () => 0.5

/** The breaker after these attempts, a millisecond apart. */
function after(attempts: readonly (readonly [key: string, verdict: Verdict])[], fromMs = 0) {
  return attempts.reduce<Breaker>(
    (breaker, [key, verdict], at) =>
      afterAttempt(breaker, { key, verdict, atMs: fromMs + at }, random),
    CLOSED,
  )
}

const failing = (count: number, keys: number) =>
  Array.from({ length: count }, (_, at) => [`key ${at % keys}`, 'unknown'] as const)

const probe = (breaker: Breaker, nowMs: number): Breaker => {
  const next = probing(breaker, nowMs)
  assert.ok(next, 'a probe is due')
  return next
}

test('the first outage opens it', () => {
  const breaker = after([
    ['a', 'ok'],
    ['a', 'outage'],
  ])
  assert.deepEqual(breaker, { is: 'open', cause: 'outage', probes: 0, dueMs: 251 })
})

test('what comes back late, when it is open already, changes nothing', () => {
  const open = after([['a', 'outage']])
  for (const verdict of ['ok', 'unknown', 'permanent', 'outage'] as const) {
    assert.equal(afterAttempt(open, { key: 'b', verdict, atMs: 9 }, random), open)
  }
})

test('ten attempts of five keys, all failed, open it by rate; fewer do not', () => {
  assert.equal(after(failing(10, 5)).is, 'open')
  assert.equal(after(failing(9, 5)).is, 'closed')
  assert.equal(after(failing(40, 4)).is, 'closed')
})

test('four in five that fail open it, two in three do not', () => {
  const mixed = (each: number) =>
    Array.from(
      { length: 60 },
      (_, at) => [`k${at % 7}`, at % each === 0 ? 'ok' : 'unknown'] as const,
    )
  assert.equal(after(mixed(6)).is, 'open')
  assert.equal(after(mixed(3)).is, 'closed')
})

test('a permanent failure is an answer, and no sign of a broken world', () => {
  const refused = Array.from({ length: 50 }, (_, at) => [`k${at}`, 'permanent'] as const)
  assert.equal(after(refused), CLOSED)
})

test('failures of long ago do not count, and while nothing fails nothing is kept', () => {
  const old = after(failing(9, 5))
  assert.equal(old.is === 'closed' && old.recent.length, 9)
  const much = afterAttempt(old, { key: 'z', verdict: 'unknown', atMs: 60_000 }, random)
  assert.equal(much.is === 'closed' && much.recent.length, 1)
  assert.equal(afterAttempt(much, { key: 'z', verdict: 'ok', atMs: 120_000 }, random), CLOSED)
})

test('probes are due after waits that double, up to a bound', () => {
  let breaker = after([['a', 'outage']])
  const waits: number[] = []
  let nowMs = 0
  for (let count = 0; count < 8; count += 1) {
    assert.ok(breaker.is === 'open')
    assert.equal(probing(breaker, breaker.dueMs - 1), undefined)
    waits.push(breaker.dueMs - nowMs)
    nowMs = breaker.dueMs
    breaker = afterProbe(probe(breaker, nowMs), 'outage', nowMs, random)
  }
  assert.deepEqual(waits, [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000])
})

test('a probe that comes back well closes it', () => {
  const open = after([['a', 'outage']])
  for (const verdict of ['ok', 'permanent'] as const) {
    assert.equal(afterProbe(probe(open, 250), verdict, 260, random), CLOSED)
  }
})

test('after an outage, a probe that fails of something else says that the outage is over', () => {
  const open = after([['a', 'outage']])
  assert.equal(afterProbe(probe(open, 250), 'unknown', 260, random), CLOSED)
})

test('opened by rate, a probe that fails keeps it open', () => {
  const open = after(failing(10, 5))
  const next = afterProbe(probe(open, 1_009), 'unknown', 1_009, random)
  assert.deepEqual(next, { is: 'open', cause: 'rate', probes: 1, dueMs: 3_009 })
})

test('one probe at a time; one that is given up makes way for the next', () => {
  const open = after([['a', 'outage']])
  const probed = probe(open, 250)
  assert.equal(probing(probed, 9_999), undefined)
  assert.ok(probing(withoutProbe(probed), 250))
})
