// A search made narrower: nothing chosen is nothing asked, and a day is whole.
import assert from 'node:assert/strict'
import test from 'node:test'
import { ANYTHING, narrowedBy } from './narrowing.ts'

test('what is not chosen is not asked for', () => {
  assert.deepEqual(narrowedBy(ANYTHING), {})
  assert.deepEqual(narrowedBy({ ...ANYTHING, room: '3', sender: '1' }), {
    room_id: 3,
    sender_id: 1,
  })
})

test('days are those of the clock here, the last one with all of its hours', () => {
  const { from, to } = narrowedBy({ ...ANYTHING, since: '2026-11-30', until: '2026-11-30' })
  assert.equal(from, new Date(2026, 10, 30).toISOString())
  assert.equal(to, new Date(2026, 11, 1).toISOString())
})
