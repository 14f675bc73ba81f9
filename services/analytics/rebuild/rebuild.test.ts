// A rebuild counts the log anew, beside events that still come in, and says what was wrong.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { readBusyRooms, readSeries, rebuildAnalytics } from '@sosik/contract/analytics'
import type { LogAdmin } from 'sosik'
import { embeddedEventLog, memoryStorage } from 'sosik/embedded'
import type { Database } from 'sosik/postgres'
import { ask, DATABASES, refused } from '../../rehearsal.ts'
import type { AnalyticsService } from '../index.ts'
import { ended, openStage, type Stage } from './stage.ts'

const DAY = { from: '2026-01-27T00:00:00.000Z', to: '2026-01-28T00:00:00.000Z' }

for (const [name, open] of DATABASES) {
  describe(name, () => {
    let database: Database
    let stage: Stage
    let service: AnalyticsService
    before(async () => {
      database = await open()
      stage = await openStage(database, embeddedEventLog({ storage: memoryStorage() }))
      service = stage.serviceOn()
      await stage.startCounting()
      for (let hour = 0; hour < 5; hour += 1) await anHour(hour)
    })
    after(async () => {
      await stage.close()
      await stage.log.close()
      await database.close()
    })

    /** Something of everything; people come and go in minutes of their own. */
    async function anHour(hour: number): Promise<void> {
      const at = (minute: number) =>
        new Date(Date.parse(DAY.from) + (hour * 60 + minute) * 60_000).toISOString()
      const timestamp = at(1)
      await stage.happen('UserRegistered', { user_id: hour + 1, timestamp })
      await stage.happen('FriendRequestSent', { requester_id: hour + 1, timestamp })
      await stage.happen('FriendRequestAccepted', { requester_id: hour + 1, timestamp })
      await stage.happen('ChatRoomCreated', { user_1_id: hour + 1, room_type: 'group', timestamp })
      await stage.happen('NotificationSent', { user_id: hour + 1, timestamp })
      for (let room_id = 1; room_id <= 3; room_id += 1) {
        await stage.happen('MessageSent', { room_id, created_at: at(10 + room_id) })
      }
      await stage.happen('MessageSent', { room_id: 2, message_type: 'image', created_at: at(20) })
      for (const [user_id, is_online, minute] of [
        [hour + 1, true, 30],
        [hour, false, 40],
      ] as const) {
        const status = { user_id: Math.max(1, user_id), is_online, timestamp: at(minute) }
        if (user_id > 0) await stage.happen('UserOnlineStatusChanged', status)
      }
    }

    const rebuild = async (dry_run = false, one = service) => {
      await ask(one, rebuildAnalytics, 0, { body: { dry_run } })
      return ended(one)
    }

    const busiest = async () => (await ask(service, readBusyRooms, 0, { query: DAY })).items

    test('every event delivered twice changes nothing', async () => {
      const once = await stage.counted()
      assert.deepEqual([once.messages, once.sign_ups, once.online], [20, 5, 1])
      await stage.redeliver()
      assert.deepEqual(await stage.counted(), once)
    })

    test('the log says what the counters say', async () => {
      const live = await stage.counted()
      const rooms = await busiest()
      const status = await rebuild()
      assert.deepEqual([status.state, status.failure], ['done', null])
      assert.deepEqual([status.differences, status.kept], [0, []])
      assert.deepEqual(await stage.counted(), live)
      assert.deepEqual(await busiest(), rooms)
      assert.deepEqual(rooms[0], { room_id: 2, count: 10 })
    })

    test('wrong counters are told by a dry run, and put right by a rebuild', async () => {
      const right = await stage.counted()
      const rooms = await busiest()
      await database.query(`update analytics_count set count = count + 3 where kind = 'image'`)
      await database.query(`delete from analytics_room_hour where room_id = 1`)
      await database.query(`delete from analytics_presence where user_id = 5`)
      const dry = await rebuild(true)
      assert.deepEqual([dry.state, dry.dry_run, dry.differences], ['done', true, 11])
      assert.notDeepEqual(await stage.counted(), right)
      assert.equal((await rebuild()).differences, 11)
      assert.deepEqual(await stage.counted(), right)
      assert.deepEqual(await busiest(), rooms)
      assert.equal((await rebuild()).differences, 0)
    })

    test('what comes in meanwhile is counted once', async () => {
      const earlier = await stage.counted()
      let isOver = false
      let sent = 0
      const coming = (async () => {
        for (; !isOver; sent += 1) {
          await stage.happen('MessageSent', { room_id: 1 + (sent % 7) })
          // A log in memory could otherwise grow faster than it is read.
          await delay(5)
        }
      })()
      try {
        for (let times = 0; times < 3; times += 1) {
          const { failure, differences } = await rebuild()
          assert.deepEqual([failure, differences], [null, 0])
        }
      } finally {
        isOver = true
        await coming
      }
      assert.ok(sent > 10)
      assert.equal((await stage.counted()).messages, earlier.messages + sent)
      assert.equal((await rebuild()).differences, 0)
      assert.equal((await stage.counted()).messages, earlier.messages + sent)
    })

    test('what the group has not handled is not counted before it is', async () => {
      const earlier = await stage.counted()
      await stage.stopCounting()
      await stage.happen('UserRegistered', { user_id: 77 })
      assert.equal((await rebuild()).differences, 0)
      await stage.startCounting()
      assert.equal((await stage.counted()).sign_ups, earlier.sign_ups + 1)
    })

    test('what the log does not hold any more stays as it was counted', async () => {
      const live = await stage.counted()
      const partition = (await firstMessageOf(1)).partition
      const earliest = (await stage.log.admin.offsets('message.events', 'latest'))[partition]
      assert(earliest)
      const shorter = startingAt(stage.log.admin, partition, earliest.offset)
      await database.query(
        `update analytics_count set count = count + 1 where event = 'UserRegistered'`,
      )
      const status = await rebuild(false, stage.serviceOn(shorter))
      assert.equal(status.state, 'done')
      assert.deepEqual(
        status.kept.map((one) => one.topic),
        ['message.events'],
      )
      assert.deepEqual(await stage.counted(), live)
    })

    test('one runs at a time, and one that was stopped says so', async () => {
      const dry_run = true
      await ask(service, rebuildAnalytics, 0, { body: { dry_run } })
      const twin = stage.serviceOn()
      await refused('rebuild_running', ask(twin, rebuildAnalytics, 0, { body: { dry_run } }))
      assert.equal((await ended(service)).state, 'done')
      const before = await stage.counted()
      const stopped = stage.serviceOn()
      await ask(stopped, rebuildAnalytics, 0, { body: { dry_run: false } })
      await stopped.stop()
      const { state, failure } = await ended(stopped)
      assert.deepEqual([state, failure], ['failed', 'The server that ran it was stopped.'])
      assert.deepEqual(await stage.counted(), before)
    })

    test('a run whose process died makes room for another', async () => {
      await ask(service, rebuildAnalytics, 0, { body: { dry_run: true } })
      await ended(service)
      await database.query(
        `update analytics_rebuild set state = 'running', until = now() - interval '1 second'`,
      )
      assert.equal((await ended(service)).failure, 'The process that ran it is gone.')
      assert.equal((await rebuild(true)).state, 'done')
    })

    test('a rebuilt series is the series', async () => {
      const query = { metric: 'messages', interval: 'hour', ...DAY } as const
      const { points } = await ask(service, readSeries, 0, { query })
      assert.equal(points.length, 24)
      assert.deepEqual(points[3], {
        at: '2026-01-27T03:00:00.000Z',
        count: 4,
        by_kind: { image: 1, text: 3 },
      })
    })

    async function firstMessageOf(roomId: number) {
      for (const { topic, partition, offset } of await stage.log.admin.offsets(
        'message.events',
        'latest',
      )) {
        for await (const record of stage.log.admin.read({ topic, partition }, 0n, offset)) {
          if (Buffer.from(record.key ?? []).toString() === String(roomId)) return record
        }
      }
      throw new Error('nobody has said anything')
    }
  })
}

/** The same log, of which one partition of messages begins later. */
function startingAt(admin: LogAdmin, partition: number, first: bigint): LogAdmin {
  return new Proxy(admin, {
    get(target, name: keyof LogAdmin) {
      if (name !== 'offsets') return target[name].bind(target)
      return async (topic: string, at: Parameters<LogAdmin['offsets']>[1]) => {
        const offsets = await target.offsets(topic, at)
        if (topic !== 'message.events' || at !== 'earliest') return offsets
        return offsets.map((one) => (one.partition === partition ? { ...one, offset: first } : one))
      }
    },
  })
}
