// Each event that notifies: who is told, what is stored, and what follows from it.
import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { Problem } from '@sosik/contract/errors'
import { listNotifications, readNotification } from '@sosik/contract/notification'
import type { DomainEvent } from 'sosik'
import { type Database, migrate, pgliteDatabase } from 'sosik/postgres'
import type { Answering, Service } from '../service.ts'
import { notificationService } from './index.ts'

interface Told {
  readonly userIds: readonly number[]
  readonly type: string
  readonly title: string
}

let database: Database
let service: Service
let ids = 0
const told: Told[] = []
const whispered: Told[] = []

before(async () => {
  database = await pgliteDatabase()
  service = notificationService({
    database,
    deliver: async (_tx, userIds, { type, title }) => void told.push({ userIds, type, title }),
    whisper: (_tx, userIds, { type, title }) => void whispered.push({ userIds, type, title }),
    friendIds: async () => [2, 3],
    memberIds: async () => [1, 2, 3],
    senderIds: async () => [1, 2],
    newId: () => `n${++ids}`,
  })
  await migrate(database, service.migrations)
})

after(() => database.close())

const time = '2026-01-27T11:00:00.000Z'

async function hear(type: string, data: object) {
  told.length = 0
  whispered.length = 0
  const handlers = service.hears[0]?.handlers as Record<string, (...given: unknown[]) => unknown>
  const event = { type, data, time } as unknown as DomainEvent
  return database.transaction(async (tx) => (await handlers[type]?.(event, { tx })) ?? [])
}

async function ask(route: object, userId: number, params: object = {}) {
  const found = service.routes.find((one) => one.route === route) as Answering
  const caller = { userId, sessionId: 's' }
  return found.handler({ params, query: {}, body: {}, caller, correlationId: 'c' } as never)
}

const listed = async (userId: number) =>
  ((await ask(listNotifications, userId)) as { items: { notification_type: string }[] }).items

const request = {
  friendship_id: 7,
  requester_id: 1,
  requester_name: '미나',
  addressee_id: 2,
  addressee_name: '준호',
}

test('a new person is welcomed, and NotificationSent follows', async () => {
  const [sent] = (await hear('UserRegistered', { user_id: 9, display_name: '소라' })) as {
    data: object
  }[]
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

test("a request notifies the addressee with the document's title; acceptance settles it", async () => {
  await hear('FriendRequestSent', request)
  assert.deepEqual(told, [
    { userIds: [2], type: 'friend_request', title: '미나님이 친구 요청을 보냈습니다' },
  ])
  await hear('FriendRequestAccepted', request)
  assert.deepEqual(told, [
    { userIds: [2], type: 'notification_settled', title: '' },
    { userIds: [1], type: 'friend_request_accepted', title: '준호님이 친구 요청을 수락했습니다' },
  ])
})

test('a rejection settles silently; a cancellation withdraws', async () => {
  await hear('FriendRequestSent', { ...request, friendship_id: 8 })
  assert.deepEqual(await hear('FriendRequestRejected', { ...request, friendship_id: 8 }), [])
  assert.deepEqual(told, [{ userIds: [2], type: 'notification_settled', title: '' }])
  const before = await listed(2)
  await hear('FriendRequestSent', { ...request, friendship_id: 9 })
  assert.deepEqual(await hear('FriendRequestCancelled', { ...request, friendship_id: 9 }), [])
  assert.deepEqual(told, [{ userIds: [2], type: 'notification_withdrawn', title: '' }])
  assert.deepEqual(await listed(2), before)
})

test('a message reaches the other members, a reading the senders, a room all its members', async () => {
  await hear('MessageSent', { room_id: 3, user_id: 1, username: 'mina' })
  assert.deepEqual(told, [{ userIds: [2, 3], type: 'message', title: 'mina' }])
  await hear('MessagesRead', { room_id: 3, user_id: 2, message_ids: ['m'] })
  assert.deepEqual(told, [{ userIds: [1], type: 'messages_read', title: '' }])
  await hear('ChatRoomCreated', { room_id: 3, user_1_id: 1, user_2_id: 2 })
  assert.deepEqual(told, [{ userIds: [1, 2], type: 'room_created', title: '' }])
})

test('online status is whispered to friends, and never stored', async () => {
  await hear('UserOnlineStatusChanged', { user_id: 1, is_online: true })
  assert.deepEqual(told, [])
  assert.deepEqual(whispered, [{ userIds: [2, 3], type: 'presence', title: '' }])
})

test("nobody reads or marks another's notification", async () => {
  assert.deepEqual(await listed(77), [])
  const refused = (error: unknown) => error instanceof Problem && error.code === 'not_found'
  await assert.rejects(ask(readNotification, 77, { notification_id: 'n1' }), refused)
  await ask(readNotification, 9, { notification_id: 'n1' })
  const [mine] = (await listed(9)) as unknown as { read: boolean }[]
  assert.equal(mine?.read, true)
})
