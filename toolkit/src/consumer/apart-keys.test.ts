// Which keys stay out of shared transactions, and for how long.
import assert from 'node:assert/strict'
import test from 'node:test'
import { VirtualClock } from '../embedded/virtual-clock.ts'
import { APART_MS, apartKeys, MANY, RUN_MAX } from './apart-keys.ts'

const call = (key: string, ms: number) => ({ key, ms })

test('a key whose call outlasts all others of its transaction stays out for a while', async () => {
  const clock = new VirtualClock()
  const apart = apartKeys(clock)
  apart.note([call('a', 5), call('b', 500), call('c', 5)])
  assert.deepEqual(['a', 'b', 'c'].map(apart.has), [false, true, false])
  await clock.advance(APART_MS)
  assert.equal(apart.has('b'), false)
})

test('where all calls are slow, none is', () => {
  const apart = apartKeys(new VirtualClock())
  apart.note([call('a', 150), call('b', 200), call('c', 150)])
  assert.deepEqual(['a', 'b', 'c'].map(apart.has), [false, false, false])
})

test('a lone call is slow when it is, and quick ones never are', () => {
  const apart = apartKeys(new VirtualClock())
  apart.note([call('a', 500)])
  apart.note([call('b', 50)])
  assert.deepEqual(['a', 'b'].map(apart.has), [true, false])
})

const others = (turn: number, count: number) =>
  Array.from({ length: count }, (_, at) => call(`other ${turn} ${at}`, 5))

test('a key of every transaction of many has one of its own for a while', async () => {
  const clock = new VirtualClock()
  const apart = apartKeys(clock)
  for (let turn = 1; turn <= RUN_MAX; turn += 1) {
    assert.equal(apart.has('busy'), false)
    apart.note([call('busy', 5), ...others(turn, MANY - 1)])
  }
  assert.deepEqual(['busy', `other ${RUN_MAX} 0`].map(apart.has), [true, false])
  await clock.advance(APART_MS)
  assert.equal(apart.has('busy'), false)
})

test('a key that was not in one of them, or in one of few, begins again', () => {
  const apart = apartKeys(new VirtualClock())
  for (let turn = 1; turn < RUN_MAX; turn += 1) {
    apart.note([call('a', 5), call('b', 5), ...others(turn, MANY - 2)])
  }
  apart.note([call('b', 5), ...others(0, MANY - 2)])
  apart.note([call('a', 5), call('b', 5), ...others(0, MANY - 2)])
  assert.deepEqual(['a', 'b'].map(apart.has), [false, false])
})

test('of too many the oldest are tried again', () => {
  const apart = apartKeys(new VirtualClock())
  for (let key = 0; key <= 1_000; key += 1) apart.note([call(String(key), 500)])
  assert.deepEqual(['0', '1', '1000'].map(apart.has), [false, true, true])
})
