// Figures by hour and day, and the busiest rooms of a range, in the process and on a server.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readBusyRooms, readSeries } from '@sosik/contract/analytics'
import type { QueryOf } from '@sosik/contract/route'
import { refused } from '../rehearsal.ts'
import { DAY, message, offline, onBothDatabases, online } from './stage.ts'

type Series = QueryOf<typeof readSeries>

onBothDatabases(({ hear, ask }) => {
  const series = async (query: Partial<Series>) => {
    const range = { from: `${DAY}00:00:00.000Z`, to: `${DAY}06:00:00.000Z` }
    const whole: Series = { metric: 'messages', interval: 'hour', ...range, ...query }
    return (await ask(readSeries, { query: whole })).points
  }

  test('a series has a point for every hour, with its kinds', async () => {
    await hear(message(1, 1), message(2, 1, 'image'), message(1, 4), message(1, 6))
    const points = await series({})
    assert.deepEqual(
      points.map(({ count }) => count),
      [0, 2, 0, 0, 1, 0],
    )
    assert.deepEqual(points[1], {
      at: `${DAY}01:00:00.000Z`,
      count: 2,
      by_kind: { image: 1, text: 1 },
    })
  })

  test('every metric is the series of its event', async () => {
    const timestamp = `${DAY}02:10:00.000Z`
    await hear(
      ['UserRegistered', { timestamp }],
      ['FriendRequestSent', { timestamp }],
      ['FriendRequestAccepted', { timestamp }],
      ['FriendRequestRejected', { timestamp }],
      ['FriendRequestCancelled', { timestamp }],
      ['ChatRoomCreated', { timestamp }],
      ['NotificationSent', { timestamp }],
      message(3, 2),
      online(1, '02:20:00'),
    )
    for (const metric of [
      'sign_ups',
      'friend_requests',
      'friendships',
      'rejections',
      'cancellations',
      'rooms',
      'messages',
      'notifications',
    ] as const) {
      const counts = (await series({ metric })).map(({ count }) => count)
      assert.deepEqual(counts, [0, 0, 1, 0, 0, 0], metric)
    }
    const peaks = (await series({ metric: 'online_peak' })).map(({ count }) => count)
    assert.deepEqual(peaks, [0, 0, 1, 1, 1, 1])
  })

  test('days begin where the asker lives, and end now', async () => {
    await hear(message(1, -10), message(1, 2), message(1, 3), message(1, 16))
    const week = { from: `2026-01-26T12:00:00.000Z`, to: '2026-02-02T00:00:00.000Z' }
    const utc = await series({ interval: 'day', ...week })
    assert.deepEqual(
      utc.map(({ at, count }) => [at.slice(0, 13), count]),
      [
        ['2026-01-26T00', 1],
        ['2026-01-27T00', 3],
      ],
    )
    const korean = await series({ interval: 'day', ...week, utc_offset_hours: 9 })
    assert.deepEqual(
      korean.map(({ at, count }) => [at.slice(0, 13), count]),
      [
        ['2026-01-25T15', 1],
        ['2026-01-26T15', 2],
      ],
    )
  })

  test('the peak of an hour begins with who was there before', async () => {
    await hear(online(1, '00:10:00'), online(2, '00:20:00'), offline(1, '02:30:00'))
    await hear(online(3, '04:00:00'), offline(2, '04:10:00'), offline(3, '04:20:00'))
    const peaks = (await series({ metric: 'online_peak' })).map(({ count }) => count)
    assert.deepEqual(peaks, [2, 2, 2, 1, 2, 0])
    const from = `${DAY}03:00:00.000Z`
    const later = (await series({ metric: 'online_peak', from })).map(({ count }) => count)
    assert.deepEqual(later, [1, 2, 0])
  })

  test('the busiest rooms of a range are told, the busiest first', async () => {
    await hear(message(1, 0), message(2, 1), message(2, 2), message(3, 5), message(3, 5))
    const range = { from: `${DAY}01:00:00.000Z`, to: `${DAY}06:00:00.000Z` }
    const busy = async (query: object) => (await ask(readBusyRooms, { query })).items
    assert.deepEqual(await busy(range), [
      { room_id: 2, count: 2 },
      { room_id: 3, count: 2 },
    ])
    assert.deepEqual(await busy({ ...range, limit: 1 }), [{ room_id: 2, count: 2 }])
    const month = { from: '2026-01-01T00:00:00.000Z', to: '2026-02-02T00:00:00.000Z' }
    await refused('range_invalid', busy(month))
  })

  test('a range that ends before it begins, or has too many points, is refused', async () => {
    const { from, to } = { from: `${DAY}06:00:00.000Z`, to: `${DAY}00:00:00.000Z` }
    await refused('range_invalid', series({ from, to }))
    await refused('range_invalid', series({ from, to: from }))
    await refused('range_invalid', series({ from: '2025-01-01T00:00:00.000Z' }))
  })
})
