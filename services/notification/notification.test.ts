// Each event that notifies: who is told, what is stored, and what follows from it.
import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import type { Presence } from '../service.ts'
import { idOf, NOW as time, openStage } from './stage.ts'
import { scratchPglite } from 'sosik/testing'

const BLOCKED = {
  user_id: 1,
  username: '',
  display_name: '미나',
  profile_image_url: '',
  status_message: '',
  blocked_at: '2026-01-27T11:00:00.000Z',
}

/** Who lets be known whether they are here. */
const here = new Map<number, Presence>()
const whispered: object[] = []

const stage = await openStage(await scratchPglite(), {
  whisper: (_tx, userIds, news) => void whispered.push({ userIds, ...news }),
  friendIds: async () => [2, 3, 4],
  watching: async (_sql, userIds) => userIds.filter((userId) => userId !== 4),
  readPresence: async () => here,
  viewsOf: async (_sql, friendshipId) => viewsOf(friendshipId),
  blockOf: async (_sql, _userId, blockedId) => (blockedId === 1 ? BLOCKED : undefined),
})
const { told, lines } = stage

after(() => stage.database.close())

function tell(name: string, data: object) {
  whispered.length = 0
  return stage.tell(name, data)
}

const listed = async (userId: number) => (await stage.list(userId)).items

/** Of the friendships that the friend service knows; 8 is a foreign one. */
function viewsOf(friendship_id: number) {
  if (friendship_id === 8) return new Map()
  const person = { username: '', display_name: '', profile_image_url: '', status_message: '' }
  const viewOf = (user_id: number, direction: 'sent' | 'received') => ({
    request: { friendship_id, direction, other: { user_id, ...person }, created_at: time },
    friend: { friendship_id, user_id, ...person, since: time },
  })
  return new Map([
    [1, viewOf(2, 'sent')],
    [2, viewOf(1, 'received')],
  ])
}

const request = {
  friendship_id: 7,
  requester_id: 1,
  requester_name: '미나',
  addressee_id: 2,
  addressee_name: '준호',
}

test('a new person is welcomed, and NotificationSent follows', async () => {
  const [sent] = await tell('UserRegistered', { user_id: 9, display_name: '소라' })
  assert.deepEqual(lines(), ['9 welcome 소라님, 소식에 오신 것을 환영합니다'])
  const [news] = told
  assert.ok(news?.data && 'notification' in news.data)
  assert.deepEqual([news.data.notification], await listed(9))
  assert.deepEqual(sent?.data, {
    notification_id: idOf(1),
    user_id: 9,
    notification_type: 'welcome',
    title: '소라님, 소식에 오신 것을 환영합니다',
    content: { user_id: 9, display_name: '소라' },
    timestamp: time,
  })
  assert.equal((await listed(9)).length, 1)
})

test("a request notifies with the document's title, and acceptance settles it", async () => {
  await tell('FriendRequestSent', request)
  assert.deepEqual(lines(), [
    '1 own_friend_request',
    '2 friend_request 미나님이 친구 요청을 보냈습니다',
  ])
  const requests = told.map(({ data }) => data && 'request' in data && data.request)
  assert.deepEqual(requests, [viewsOf(7).get(1)?.request, viewsOf(7).get(2)?.request])
  await tell('FriendRequestAccepted', request)
  assert.deepEqual(lines(), [
    '2 notification_settled',
    '2 friend_added',
    '1 friend_request_accepted 준호님이 친구 요청을 수락했습니다',
  ])
  const friends = told.slice(1).map(({ data }) => data && 'friend' in data && data.friend)
  assert.deepEqual(friends, [viewsOf(7).get(2)?.friend, viewsOf(7).get(1)?.friend])
})

test('a rejection settles and says no more; a cancellation withdraws', async () => {
  await tell('FriendRequestSent', { ...request, friendship_id: 6 })
  assert.deepEqual(await tell('FriendRequestRejected', { ...request, friendship_id: 6 }), [])
  assert.deepEqual(lines(), ['2 notification_settled', '1 request_closed', '2 request_closed'])
  assert.deepEqual(told[1]?.data, { friendship_id: 6 })
  const before = await listed(2)
  await tell('FriendRequestSent', { ...request, friendship_id: 9 })
  assert.deepEqual(await tell('FriendRequestCancelled', { ...request, friendship_id: 9 }), [])
  assert.deepEqual(lines(), ['2 notification_withdrawn', '1 request_closed', '2 request_closed'])
  assert.deepEqual(await listed(2), before)
})

test('a friendship that the friend service does not know notifies all the same', async () => {
  await tell('FriendRequestSent', { ...request, friendship_id: 8 })
  assert.deepEqual(lines(), ['2 friend_request 미나님이 친구 요청을 보냈습니다'])
  await tell('FriendRequestAccepted', { ...request, friendship_id: 8 })
  assert.equal(lines().length, 2)
})

test('the end of a friendship is told to both, each of whom is gone, and not by whom', async () => {
  await tell('FriendRemoved', { ...request, removed_by_id: 2 })
  const data = { friendship_id: 7, timestamp: '2026-01-27T11:00:00.000Z' }
  assert.deepEqual(told, [
    { userId: 1, type: 'friend_removed', title: '', data: { ...data, user_id: 2 } },
    { userId: 2, type: 'friend_removed', title: '', data: { ...data, user_id: 1 } },
  ])
})

test('a block, if it still stands, and its end are told to the own devices only', async () => {
  const mine = { userId: 2, title: '' }
  await tell('UserBlocked', { user_id: 2, blocked_user_id: 1, timestamp: time })
  const data = { user_id: 1, blocked: BLOCKED }
  assert.deepEqual(told, [{ ...mine, type: 'user_blocked', data }])
  await tell('UserBlocked', { user_id: 2, blocked_user_id: 3, timestamp: time })
  assert.deepEqual(told, [{ ...mine, type: 'user_blocked', data: { user_id: 3 } }])
  await tell('UserUnblocked', { user_id: 2, blocked_user_id: 1, timestamp: time })
  assert.deepEqual(told, [
    { ...mine, type: 'user_unblocked', data: { user_id: 1, timestamp: time } },
  ])
})

test('online status is whispered to friends who watch, and never stored', async () => {
  const status = { user_id: 1, is_online: true, timestamp: time }
  await tell('UserOnlineStatusChanged', status)
  assert.deepEqual(told, [])
  const data = { people: [status] }
  assert.deepEqual(whispered, [{ userIds: [2, 3], type: 'presence', title: '', data }])
})

test('two who become friends learn who of them is here, if they watch and still are', async () => {
  const accepted = { ...request, friendship_id: 8, timestamp: time }
  here.set(1, { isOnline: true, lastSeenAt: undefined })
  here.set(2, { isOnline: false, lastSeenAt: new Date(time) })
  await tell('FriendRequestAccepted', accepted)
  const data = { people: [{ user_id: 1, is_online: true, timestamp: time }] }
  assert.deepEqual(whispered, [{ userIds: [2], type: 'presence', title: '', data }])
  // Somebody without a stream, and somebody who is no friend any more.
  for (const addressee_id of [4, 5]) {
    await tell('FriendRequestAccepted', { ...accepted, addressee_id })
    assert.deepEqual(whispered, [])
  }
  here.clear()
})
