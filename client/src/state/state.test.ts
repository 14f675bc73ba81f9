// What the law's lists are too short to show: orders by every letter, full lists, who has read.
import assert from 'node:assert/strict'
import test from 'node:test'
import { NOTIFICATIONS_LIMIT } from '@sosik/contract/notification'
import type { StreamEvent } from '../events.ts'
import { applyToFriends, type Friend } from './friends.ts'
import { applyToMessages, areMessagesToRead, type OpenRoom } from './messages.ts'
import {
  applyToNotifications,
  applyToUnread,
  areNotificationsToRead,
  type Notification,
} from './notifications.ts'
import { applyToRooms, readersOf, type Room } from './rooms.ts'
import { applyToState, EMPTY_STATE } from './state.ts'

const event = (type: string, data: object): StreamEvent => ({
  id: undefined,
  type,
  title: '',
  data: { ...data },
})
const AT = '2026-01-27T12:00:00.000Z'

const friend = (user_id: number, display_name: string): Friend => ({
  friendship_id: user_id,
  user_id,
  display_name,
  username: '',
  profile_image_url: '',
  status_message: '',
  since: AT,
})

test('friends stand in the order of the list, by code points and ASCII letters in any case', () => {
  const names = ['😀', 'ﬀ', 'ä', 'Ä', 'a', 'B', 'b', '_', '가', 'a']
  const added = (friends: readonly Friend[], name: string, at: number) =>
    applyToFriends(friends, event('friend_added', { friend: friend(at + 1, name) }))
  const friends = names.reduce<readonly Friend[]>(added, [])
  const shown = friends.map((one) => `${one.display_name}${one.user_id}`)
  assert.deepEqual(shown, ['_8', 'a5', 'a10', 'B6', 'b7', 'Ä4', 'ä3', '가9', 'ﬀ2', '😀1'])
})

const notification = (at: number): Notification => ({
  notification_id: `n${String(at).padStart(4, '0')}`,
  notification_type: 'welcome',
  title: '',
  titles: { ko: '', en: '' },
  content: {},
  state: 'open',
  read: false,
  created_at: new Date(Date.parse(AT) + at).toISOString(),
})

test('a full list of notifications loses the oldest, and is read again when one leaves it', () => {
  const told = Array.from({ length: NOTIFICATIONS_LIMIT + 1 }, (_, at) => notification(at))
  const list = told.reduce<readonly Notification[]>(
    (known, one) => applyToNotifications(known, event('welcome', { notification: one })),
    [],
  )
  assert.deepEqual(list, told.toReversed().slice(0, NOTIFICATIONS_LIMIT))
  const withdrawn = event('notification_withdrawn', { notification_id: 'n0050' })
  assert.equal(areNotificationsToRead(list, withdrawn), true)
  const shorter = applyToNotifications(list, withdrawn)
  assert.equal(shorter.length, NOTIFICATIONS_LIMIT - 1)
  assert.equal(areNotificationsToRead(shorter, withdrawn), false)
})

test('of many notifications those are read, or gone, that an event names', () => {
  const list = [notification(3), notification(2), notification(1)]
  const ids = { notification_ids: ['n0003', 'n0001'] }
  const read = applyToNotifications(list, event('notifications_read', ids))
  assert.deepEqual(
    read.map((one) => one.read),
    [true, false, true],
  )
  assert.deepEqual(applyToNotifications(list, event('notifications_expired', ids)), [list[1]])
})

test('the number of unread notifications is the last that was told', () => {
  const told = [
    event('welcome', { unread: 4 }),
    event('notifications_read', { notification_ids: [], unread: 1 }),
    event('notifications_expired', { notification_ids: [] }),
    event('message', { unread: 9 }),
  ]
  assert.equal(told.reduce<number>(applyToUnread, 0), 1)
})

const open: OpenRoom = { room_id: 3, messages: [], end_seq: 4, has_older: false }

test('an open room takes the next message only, and says when others are missing', () => {
  const at = (seq: number) => event('message', { room_id: 3, seq, message_id: `m${seq}` })
  assert.equal(applyToMessages(open, at(5)).end_seq, 5)
  assert.equal(applyToMessages(open, at(4)), open)
  assert.equal(applyToMessages(open, at(6)), open)
  assert.deepEqual(
    [4, 5, 6].map((seq) => areMessagesToRead(open, at(seq))),
    [false, false, true],
  )
})

test('a tombstone stays one, whatever is told late', () => {
  const message = { message_id: 'm', room_id: 3, seq: 1, content: '', deleted_at: AT }
  const buried = { ...open, messages: [message] } as unknown as OpenRoom
  const edited = event('message_edited', { message_id: 'm', room_id: 3, content: 'x' })
  assert.deepEqual(applyToMessages(buried, edited), buried)
})

test('who has read a message of mine is seen by their markers, which never move back', () => {
  const member = { username: '', display_name: '', profile_image_url: '', status_message: '' }
  const members = [
    { user_id: 2, seen_seq: 4, ...member },
    { user_id: 3, seen_seq: 0, ...member },
  ]
  const rooms = [{ room_id: 3, members, spoken_at: AT } as unknown as Room]
  const read = event('messages_read', { room_id: 3, user_id: 2, seen_seq: 2 })
  const [room] = applyToRooms(rooms, read)
  assert.ok(room)
  assert.deepEqual(
    readersOf(room, { seq: 4 }).map((one) => one.user_id),
    [2],
  )
})

test('news of no known type changes nothing', () => {
  for (const type of ['toString', 'news of tomorrow']) {
    assert.deepEqual(applyToState(EMPTY_STATE, event(type, {})), EMPTY_STATE)
  }
})
