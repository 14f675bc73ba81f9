// The rules of analytics, case by case.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countsOf, hourOf, minuteOf, SHARDS, shardOf } from './analytics.ts'

test('an event counts in the hour and the minute of its own clock', () => {
  const cases: [instant: string, hour: string, minute: string][] = [
    ['2026-01-27T12:59:59.999Z', '2026-01-27T12:00:00.000Z', '2026-01-27T12:59:00.000Z'],
    ['2026-01-27T13:00:00.000Z', '2026-01-27T13:00:00.000Z', '2026-01-27T13:00:00.000Z'],
    ['2026-12-31T23:59:00.001Z', '2026-12-31T23:00:00.000Z', '2026-12-31T23:59:00.000Z'],
  ]
  for (const [instant, hour, minute] of cases) {
    assert.equal(hourOf(instant), hour)
    assert.equal(minuteOf(instant), minute)
  }
})

test('the largest id has a shard as well', () => {
  for (const id of [1, SHARDS, Number.MAX_SAFE_INTEGER]) {
    const shard = shardOf(id)
    assert(Number.isInteger(shard) && shard >= 0 && shard < SHARDS)
  }
})

test('nothing counted is nought everywhere', () => {
  const { rooms_by_type, messages_by_type, notifications_by_type, ...totals } = countsOf([])
  assert.deepEqual([rooms_by_type, messages_by_type, notifications_by_type], [{}, {}, {}])
  assert.deepEqual(new Set(Object.values(totals)), new Set([0]))
})

test('kinds are told apart and add up', () => {
  const counts = countsOf([
    { event: 'MessageSent', kind: 'text', count: 5 },
    { event: 'MessageSent', kind: 'image', count: 2 },
    { event: 'NotificationSent', kind: '__proto__', count: 1 },
    { event: 'FriendRequestAccepted', kind: '', count: 3 },
  ])
  assert.equal(counts.messages, 7)
  assert.deepEqual(counts.messages_by_type, { text: 5, image: 2 })
  assert.deepEqual(Object.entries(counts.notifications_by_type), [['__proto__', 1]])
  assert.equal(counts.friendships, 3)
})
