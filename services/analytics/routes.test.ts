// What analytics hears and answers, on PostgreSQL inside the process and on a server.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAnalytics, readRebuild } from '@sosik/contract/analytics'
import type { Report } from './analytics.ts'
import { DAY, message, type News, offline, onBothDatabases, online } from './stage.ts'

onBothDatabases(({ hear, ask, empty }) => {
  const report = (): Promise<Report> => ask(readAnalytics)

  test('before anything happened everything is nought', async () => {
    assert.deepEqual(await report(), {
      sign_ups: 0,
      friend_requests: 0,
      friendships: 0,
      rejections: 0,
      cancellations: 0,
      rooms_by_type: {},
      messages: 0,
      messages_by_type: {},
      notifications_by_type: {},
      messages_by_hour: [],
      messages_by_room: [],
      online: 0,
      online_peak: 0,
    })
  })

  test('every event counts under its own name and kind', async () => {
    await hear(
      ['UserRegistered', {}],
      ['UserRegistered', { user_id: 2 }],
      ['FriendRequestSent', {}],
      ['FriendRequestAccepted', {}],
      ['FriendRequestRejected', {}],
      ['FriendRequestCancelled', {}],
      ['FriendRequestCancelled', { requester_id: 9 }],
      ['ChatRoomCreated', {}],
      ['ChatRoomCreated', { room_type: 'group' }],
      ['ChatRoomCreated', { room_type: 'group', user_1_id: 5 }],
      ['NotificationSent', {}],
      ['NotificationSent', { notification_type: 'welcome' }],
      message(3, 0),
      message(3, 0, 'image'),
    )
    const now = await report()
    assert.deepEqual([now.sign_ups, now.friend_requests, now.friendships], [2, 1, 1])
    assert.deepEqual([now.rejections, now.cancellations], [1, 2])
    assert.deepEqual(now.rooms_by_type, { direct: 1, group: 2 })
    assert.deepEqual(now.notifications_by_type, { friend_request: 1, welcome: 1 })
    assert.deepEqual([now.messages, now.messages_by_type], [2, { image: 1, text: 1 }])
  })

  test('messages count in the hour in which they were sent, 48 of them told', async () => {
    await hear(message(1, 1), message(2, 0), message(1, 1, 'file'))
    assert.deepEqual((await report()).messages_by_hour, [
      { hour: `${DAY}00:00:00.000Z`, count: 1 },
      { hour: `${DAY}01:00:00.000Z`, count: 2 },
    ])
    for (let hour = 2; hour < 60; hour += 1) await hear(message(1, hour))
    const { messages, messages_by_hour } = await report()
    assert.equal(messages, 61)
    assert.equal(messages_by_hour.length, 48)
    assert.equal(messages_by_hour[0]?.hour, `${DAY}12:00:00.000Z`)
  })

  test('the twenty busiest rooms are told, the busiest first', async () => {
    for (let room = 1; room <= 22; room += 1) await hear(message(room, 0))
    await hear(message(22, 1), message(22, 2), message(7, 1))
    const rooms = (await report()).messages_by_room
    assert.equal(rooms.length, 20)
    assert.deepEqual(rooms.slice(0, 3), [
      { room_id: 22, count: 3 },
      { room_id: 7, count: 2 },
      { room_id: 1, count: 1 },
    ])
  })

  test('people online are counted now and at the peak', async () => {
    await hear(online(1, '10:00:00'), online(2, '10:00:01'), offline(1, '10:00:02'))
    assert.deepEqual(await presence(), [1, 2])
    await hear(online(1, '10:05:00'), online(3, '10:06:00'), offline(2, '10:07:00'))
    assert.deepEqual(await presence(), [2, 3])
    await hear(offline(1, '11:00:00'), offline(3, '11:00:00'))
    assert.deepEqual(await presence(), [0, 3])
  })

  test('a status that comes twice or too late changes nothing', async () => {
    await hear(online(1, '10:00:00'), online(1, '10:00:00'), online(1, '10:01:00'))
    assert.deepEqual(await presence(), [1, 1])
    await hear(offline(1, '10:03:00'), online(1, '10:02:00'), offline(1, '10:03:00'))
    assert.deepEqual(await presence(), [0, 1])
    await hear(offline(2, '10:04:00'))
    assert.deepEqual(await presence(), [0, 1])
  })

  test('a partition that lags behind neither makes nor hides a peak', async () => {
    const one = [online(1, '10:00:00'), offline(1, '10:10:00')]
    const two = [online(2, '10:20:00'), online(3, '10:21:00'), offline(2, '10:30:00')]
    await hear(...two, ...one)
    assert.deepEqual(await presence(), [1, 2])
    await hear(online(4, '10:05:00'), offline(4, '10:06:00'), online(5, '10:05:00'))
    assert.deepEqual(await presence(), [2, 3])
  })

  test('a replay in another order of partitions rebuilds the same numbers', async () => {
    const lines: News[][] = [
      [online(1, '10:00:00'), offline(1, '10:30:00'), online(1, '12:00:00')],
      [online(2, '10:10:00'), offline(2, '10:50:00')],
      [online(3, '10:20:00'), offline(3, '10:40:00'), online(3, '11:00:00')],
      [message(1, 3), message(2, 4), message(1, 5, 'image')],
    ]
    await hear(...lines.flat())
    const first = await report()
    await empty()
    const other = [0, 1, 2].flatMap((at) => lines.toReversed().map((line) => line[at]))
    await hear(...other.filter((news) => news !== undefined))
    assert.deepEqual(await report(), first)
    assert.deepEqual(await presence(), [2, 3])
  })

  test('events that are handled at once are all counted', async () => {
    const news = Array.from({ length: 200 }, (_, n) => [
      hear(message(1 + (n % 5), n % 3)),
      hear(online(n, '10:00:00')),
      hear(['UserRegistered', { user_id: n }]),
    ])
    await Promise.all(news.flat())
    const now = await report()
    assert.deepEqual(
      [now.messages, now.sign_ups, now.online, now.online_peak],
      [200, 200, 200, 200],
    )
    assert.deepEqual(
      now.messages_by_room.map((room) => room.count),
      [40, 40, 40, 40, 40],
    )
  })

  test('nothing was rebuilt yet', async () => {
    assert.equal((await ask(readRebuild)).state, 'none')
  })

  async function presence(): Promise<[now: number, peak: number]> {
    const { online, online_peak } = await report()
    return [online, online_peak]
  }
})
