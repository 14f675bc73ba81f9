// The door that lets so many in.
import assert from 'node:assert/strict'
import test from 'node:test'
import { createAdmission } from './admission.ts'

test('so many get in at once and a second, and none when all places are taken', () => {
  let nowMs = 0
  const clock = { nowMs: () => nowMs, after: () => () => {} }
  const refusal = createAdmission(clock, { streamsMax: 100, perSecondMax: 4 })
  const comers = (count: number) => Array.from({ length: count }, () => refusal(0))
  assert.deepEqual(comers(6), [undefined, undefined, undefined, undefined, 1, 1])
  nowMs += 500
  assert.deepEqual(comers(3), [undefined, undefined, 1])
  nowMs += 60_000
  assert.deepEqual(comers(5), [undefined, undefined, undefined, undefined, 1])
  nowMs += 60_000
  assert.equal(refusal(99), undefined)
  assert.equal(refusal(100), 10)
})
