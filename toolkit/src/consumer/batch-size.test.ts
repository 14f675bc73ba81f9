// How many events share a transaction, by what the last one took.
import assert from 'node:assert/strict'
import test from 'node:test'
import { BATCH_MS_MAX, nextSize } from './batch-size.ts'

const MAX = 64
const slow = BATCH_MS_MAX + 1

test('what took too long is halved, down to one', () => {
  assert.equal(nextSize(MAX, MAX, { count: 64, ms: slow }), 32)
  assert.equal(nextSize(MAX, MAX, { count: 5, ms: slow }), 2)
  assert.equal(nextSize(1, MAX, { count: 1, ms: slow }), 1)
})

test('a full one that was quick makes room for more, up to the bound', () => {
  assert.equal(nextSize(8, MAX, { count: 8, ms: 5 }), 16)
  assert.equal(nextSize(MAX, MAX, { count: MAX, ms: 5 }), MAX)
})

test('one that was not full, or neither quick nor slow, changes nothing', () => {
  assert.equal(nextSize(8, MAX, { count: 3, ms: 5 }), 8)
  assert.equal(nextSize(8, MAX, { count: 8, ms: BATCH_MS_MAX }), 8)
})
