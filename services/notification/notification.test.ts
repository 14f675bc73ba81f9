// Each event that notifies: who is told, what is stored, and what follows from it.
import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { listNotifications, readNotification } from '@sosik/contract/notification'
import { type Database, migrate, pgliteDatabase } from 'sosik/postgres'
import { ask, hear, refused } from '../rehearsal.ts'
import type { Service } from '../service.ts'
import { notificationService } from './index.ts'
import type { Letter } from './letters.ts'

interface Told {
  readonly userIds: readonly number[]
  readonly type: string
  readonly title: string
}

const noRoom = {
  hold: async () => {},
  erase: async () => {},
  readers: async () => [],
  seen: async () => [],
  roomsOf: async () => new Map(),
}

let database: Database
let service: Service
let ids = 0
const told: Told[] = []
const whispered: Told[] = []
const whole: Letter[] = []

before(async () => {
  database = await pgliteDatabase()
  service = notificationService({
    database,
    ...noRoom,
    async deliver(_tx, letters) {
      whole.push(...letters)
      told.push(...letters.map(({ userId, type, title }) => ({ userIds: [userId], type, title })))
    },
    whisper: (_tx, userIds, { type, title }) => void whispered.push({ userIds, type, title }),
    friendIds: async () => [2, 3, 4],
    watching: async (_sql, userIds) => userIds.filter((userId) => userId !== 4),
    newId: () => `n${++ids}`,
  })
  await migrate(database, service.migrations)
})

after(() => database.close())

const time = '2026-01-27T11:00:00.000Z'

async function tell(name: string, data: object) {
  told.length = 0
  whispered.length = 0
  return hear(service, database, name, data, time)
}

/** The letters as they are, with what programs apply. */
async function tellWhole(name: string, data: object) {
  whole.length = 0
  await tell(name, data)
  return whole
}

const listed = async (userId: number) => (await ask(service, listNotifications, userId)).items

const request = {
  friendship_id: 7,
  requester_id: 1,
  requester_name: '미나',
  addressee_id: 2,
  addressee_name: '준호',
}

test('a new person is welcomed, and NotificationSent follows', async () => {
  const [sent] = await tell('UserRegistered', { user_id: 9, display_name: '소라' })
  assert.deepEqual(told, [
    { userIds: [9], type: 'welcome', title: '소라님, 소식에 오신 것을 환영합니다' },
  ])
  assert.deepEqual(sent?.data, {
    notification_id: 'n1',
    user_id: 9,
    notification_type: 'welcome',
    title: '소라님, 소식에 오신 것을 환영합니다',
    content: { user_id: 9 },
    timestamp: time,
  })
  assert.equal((await listed(9)).length, 1)
})

test("a request notifies with the document's title, and acceptance settles it", async () => {
  await tell('FriendRequestSent', request)
  assert.deepEqual(told, [
    { userIds: [2], type: 'friend_request', title: '미나님이 친구 요청을 보냈습니다' },
  ])
  await tell('FriendRequestAccepted', request)
  assert.deepEqual(told, [
    { userIds: [2], type: 'notification_settled', title: '' },
    { userIds: [1], type: 'friend_request_accepted', title: '준호님이 친구 요청을 수락했습니다' },
  ])
})

test('a rejection settles silently; a cancellation withdraws', async () => {
  await tell('FriendRequestSent', { ...request, friendship_id: 8 })
  assert.deepEqual(await tell('FriendRequestRejected', { ...request, friendship_id: 8 }), [])
  assert.deepEqual(told, [{ userIds: [2], type: 'notification_settled', title: '' }])
  const before = await listed(2)
  await tell('FriendRequestSent', { ...request, friendship_id: 9 })
  assert.deepEqual(await tell('FriendRequestCancelled', { ...request, friendship_id: 9 }), [])
  assert.deepEqual(told, [{ userIds: [2], type: 'notification_withdrawn', title: '' }])
  assert.deepEqual(await listed(2), before)
})

test('the end of a friendship is told to both, each of whom is gone, and not by whom', async () => {
  const letters = await tellWhole('FriendRemoved', { ...request, removed_by_id: 2 })
  const data = { friendship_id: 7, timestamp: '2026-01-27T11:00:00.000Z' }
  assert.deepEqual(letters, [
    { userId: 1, type: 'friend_removed', title: '', data: { ...data, user_id: 2 } },
    { userId: 2, type: 'friend_removed', title: '', data: { ...data, user_id: 1 } },
  ])
})

test('a block and its end are told to the own devices only', async () => {
  for (const [event, type] of Object.entries({
    UserBlocked: 'user_blocked',
    UserUnblocked: 'user_unblocked',
  })) {
    const letters = await tellWhole(event, { user_id: 2, blocked_user_id: 1, timestamp: time })
    const data = { user_id: 1, timestamp: time }
    assert.deepEqual(letters, [{ userId: 2, type, title: '', data }])
  }
})

test('online status is whispered to friends who watch, and never stored', async () => {
  await tell('UserOnlineStatusChanged', { user_id: 1, is_online: true })
  assert.deepEqual(told, [])
  assert.deepEqual(whispered, [{ userIds: [2, 3], type: 'presence', title: '' }])
})

test("nobody reads or marks another's notification", async () => {
  assert.deepEqual(await listed(77), [])
  const params = { notification_id: 'n1' }
  await refused('not_found', ask(service, readNotification, 77, { params }))
  await ask(service, readNotification, 9, { params })
  assert.equal((await listed(9))[0]?.read, true)
})
