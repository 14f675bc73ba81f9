// The rules of analytics, case by case.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countsOf, hourOf, intervalsOf, minuteOf, SHARDS, shardOf } from './analytics.ts'
import { sinceOf } from './rebuild/place.ts'

const DAY = '2026-01-27T'

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

test('a range becomes whole intervals, and what has not begun is left out', () => {
  const range = { from: '2026-01-27T10:59:00.000Z', to: '2026-01-27T13:00:01.000Z' }
  const nowMs = Date.parse('2026-01-28T00:00:00.000Z')
  const hours = intervalsOf({ ...range, interval: 'hour' }, nowMs)
  assert.deepEqual([new Date(hours.fromMs).toISOString(), hours.count], [`${DAY}10:00:00.000Z`, 4])
  const early = Date.parse('2026-01-27T11:30:00.000Z')
  assert.equal(intervalsOf({ ...range, interval: 'hour' }, early).count, 2)
  assert.equal(intervalsOf({ ...range, interval: 'hour' }, 0).count, 0)
  const korean = intervalsOf({ ...range, interval: 'day', utc_offset_hours: 9 }, nowMs)
  assert.equal(new Date(korean.fromMs).toISOString(), '2026-01-26T15:00:00.000Z')
})

test('what the log has lost is rebuilt from the first hour that is whole again', () => {
  const hourWith = (time: string) => {
    const wholeFromMs = new Map([['message.events', Date.parse(`${DAY}${time}`)]])
    return sinceOf({ wholeFromMs })
  }
  assert.equal(hourWith('10:20:00Z').messageHour, `${DAY}11:00:00.000Z`)
  assert.equal(hourWith('10:57:00Z').messageHour, `${DAY}12:00:00.000Z`)
  const since = hourWith('10:20:00Z')
  const others = since.hours.filter((_, at) => since.events[at] !== 'MessageSent')
  assert.deepEqual([new Set(others), since.isPresenceWhole], [new Set(['-infinity']), true])
  assert.equal(sinceOf({ wholeFromMs: new Map() }).messageHour, '-infinity')
  const statuses = sinceOf({ wholeFromMs: new Map([['user.online_status', 0]]) })
  assert.equal(statuses.isPresenceWhole, false)
})
