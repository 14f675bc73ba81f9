// A broker that has not heard of the newest leader cannot send anybody back to the one before.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newestLeaders, NO_LEADER } from './leaders.ts'

const told = (leaderId: number, leaderEpoch: number, partitionIndex = 0) => ({
  partitionIndex,
  leaderId,
  leaderEpoch,
})

test('a newer leader replaces the one before, also none', () => {
  const first = newestLeaders(undefined, [told(2, 7)])
  assert.deepEqual(first, { leaders: [2], epochs: [7] })
  assert.deepEqual(newestLeaders(first, [told(3, 8)]), { leaders: [3], epochs: [8] })
  assert.deepEqual(newestLeaders(first, [told(NO_LEADER, 7)]), { leaders: [-1], epochs: [7] })
})

test('an older leader is not believed, partition by partition', () => {
  const known = { leaders: [0, 3], epochs: [8, 2] }
  const answer = newestLeaders(known, [told(1, 5, 1), told(2, 7, 0), told(1, 0, 2)])
  assert.deepEqual(answer, { leaders: [0, 1, 1], epochs: [8, 5, 0] })
})
