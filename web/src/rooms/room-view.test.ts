// What a list tells of a room: its name, what was said last, and who has not read it.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Message, Room } from '@sosik/client'
import { rowsOf } from '../room/rows.ts'
import { en } from '../texts/en.ts'
import { isPairWith, nameOf, roomName, saidIn, unreadBy, unreadOf } from './room-view.ts'

const member = (user_id: number, display_name: string, seen_seq = 0) => ({
  user_id,
  username: `user${user_id}`,
  display_name,
  profile_image_url: '',
  status_message: '',
  seen_seq,
})

const room = (over: Partial<Room>): Room => ({
  room_id: 3,
  room_type: 'group',
  name: '',
  members: [member(1, '미나'), member(2, '준호', 5), member(4, '소라', 3)],
  last_seq: 5,
  read_seq: 5,
  unread: 0,
  muted: false,
  spoken_at: '2026-11-30T12:00:00.000Z',
  ...over,
})

const message = (over: Partial<Message>): Message => ({
  message_id: 'm',
  room_id: 3,
  seq: 5,
  user_id: 1,
  content: '안녕',
  message_type: 'text',
  client_message_id: 'c',
  created_at: '2026-11-30T12:00:00.000Z',
  ...over,
})

test('a room is called by its name, else by the others in it', () => {
  assert.equal(roomName(room({ name: '점심' }), 1, en), '점심')
  assert.equal(roomName(room({}), 1, en), '준호, 소라')
  assert.equal(roomName(room({ members: [member(1, '미나')] }), 1, en), en.someone)
  assert.equal(nameOf(room({}), 9, en), en.someone)
})

test('a list tells of an image that it is one, and of a deleted message no more than that', () => {
  assert.equal(saidIn(undefined, en), '')
  assert.equal(saidIn(message({}), en), '안녕')
  assert.equal(saidIn(message({ message_type: 'image', content: '/files/x' }), en), en.image)
  assert.equal(saidIn(message({ deleted_at: '2026-11-30T12:01:00.000Z' }), en), en.deleted)
})

test('a message counts who has not read it; in a large room nobody knows', () => {
  assert.deepEqual(
    [3, 4, 5, 6].map((seq) => unreadBy(room({}), message({ seq }))),
    [0, 1, 1, 2],
  )
  assert.equal(unreadBy(room({ is_large: true }), message({ seq: 6 })), 0)
})

test('a pair has a room of its own; a group with somebody is none', () => {
  const direct = room({ room_type: 'direct', members: [member(1, '미나'), member(2, '준호')] })
  assert.deepEqual([isPairWith(direct, 2), isPairWith(direct, 4)], [true, false])
  assert.equal(isPairWith(room({}), 2), false)
})

test('muted rooms do not count', () => {
  const rooms = [room({ unread: 2 }), room({ unread: 5, muted: true }), room({ unread: 1 })]
  assert.equal(unreadOf(rooms), 3)
})

test('a day, a speaker and a minute are told once', () => {
  const at = (day: number, minute: number, user_id: number) =>
    message({ user_id, created_at: new Date(2026, 10, day, 12, minute).toISOString() })
  const rows = rowsOf([at(29, 0, 1), at(30, 0, 1), at(30, 0, 1), at(30, 1, 1), at(30, 1, 2)])
  const told = rows.map(({ beginsDay, beginsRun, endsMinute }) => [
    beginsDay,
    beginsRun,
    endsMinute,
  ])
  assert.deepEqual(told, [
    [true, true, true],
    [true, true, false],
    [false, false, true],
    [false, false, true],
    [false, true, true],
  ])
})
