// Which keys stay out of shared transactions, and for how long.
import assert from 'node:assert/strict'
import test from 'node:test'
import { VirtualClock } from '../embedded/virtual-clock.ts'
import { APART_MS, slowKeys } from './slow-keys.ts'

const call = (key: string, ms: number) => ({ key, ms })

test('a key whose call outlasts all others of its transaction stays out for a while', async () => {
  const clock = new VirtualClock()
  const slow = slowKeys(clock)
  slow.note([call('a', 5), call('b', 500), call('c', 5)])
  assert.deepEqual(['a', 'b', 'c'].map(slow.has), [false, true, false])
  await clock.advance(APART_MS)
  assert.equal(slow.has('b'), false)
})

test('where all calls are slow, none is', () => {
  const slow = slowKeys(new VirtualClock())
  slow.note([call('a', 150), call('b', 200), call('c', 150)])
  assert.deepEqual(['a', 'b', 'c'].map(slow.has), [false, false, false])
})

test('a lone call is slow when it is, and quick ones never are', () => {
  const slow = slowKeys(new VirtualClock())
  slow.note([call('a', 500)])
  slow.note([call('b', 50)])
  assert.deepEqual(['a', 'b'].map(slow.has), [true, false])
})

test('of too many the oldest are tried again', () => {
  const slow = slowKeys(new VirtualClock())
  for (let key = 0; key <= 1_000; key += 1) slow.note([call(String(key), 500)])
  assert.deepEqual(['0', '1', '1000'].map(slow.has), [false, true, true])
})
