// Rooms as they become large: once, in the transaction that brings in who is too many.
import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { scratchPglite } from 'sosik/testing'
import { openStage } from './stage.ts'

const LARGE_ROOM_MEMBERS = 3
const database = await scratchPglite()
const stage = await openStage(database, 60, LARGE_ROOM_MEMBERS)
const { audience, largeRooms, readersAmong, isLarge, seen, seenBy } = stage.chat.answers
after(() => database.close())

/** Each test has five people of its own. */
let [mina, junho, sora, hana, yuna] = [-4, -3, -2, -1, 0]
beforeEach(() => {
  mina += 5
  junho += 5
  sora += 5
  hana += 5
  yuna += 5
  stage.news()
})

test('a group of so many is not large, and one more makes it so, told after who came', async () => {
  const { room_id } = await stage.open('group', mina, junho)
  const small = await stage.invite(mina, room_id, sora)
  assert.equal(small.is_large, undefined)
  stage.news()
  const large = await stage.invite(mina, room_id, hana)
  assert.equal(large.is_large, true)
  const news = stage.news()
  assert.deepEqual(
    news.map(({ name, data }) => [name, data.room_id, data.user_1_id]),
    [
      ['ChatRoomMemberJoined', room_id, mina],
      ['ChatRoomEnlarged', room_id, mina],
    ],
  )
})

test('a large room stays large, however few are left, and becomes it once', async () => {
  const { room_id } = await stage.open('group', mina, junho, sora)
  await stage.invite(mina, room_id, hana)
  for (const userId of [junho, sora, hana]) await stage.leave(userId, room_id)
  stage.news()
  assert.equal((await stage.room(mina, room_id)).is_large, true)
  await stage.invite(mina, room_id, junho, sora, hana, yuna)
  assert.ok(stage.news().every(({ name }) => name === 'ChatRoomMemberJoined'))
  assert.equal(await isLarge(database, room_id), true)
})

test('a group that is opened with so many is large from the start', async () => {
  const room = await stage.open('group', mina, junho, sora, hana)
  assert.equal(room.is_large, true)
  assert.deepEqual(
    stage.news().map(({ name }) => name),
    ['ChatRoomCreated'],
  )
})

test('who is told of a message: each reader by name, in a large room nobody', async () => {
  const { room_id } = await stage.open('group', mina, junho)
  await stage.send(mina, room_id, 'first')
  await stage.invite(mina, room_id, sora)
  await stage.mute(junho, room_id, true)
  const of = (userId: number, muted = false) => ({ userId, muted })
  const told = (seq?: number) => audience(database, room_id, seq)
  assert.deepEqual(await told(1), { isLarge: false, readers: [of(mina), of(junho, true)] })
  const all = [of(mina), of(junho, true), of(sora)]
  for (const seq of [2, undefined]) {
    assert.deepEqual(await told(seq), { isLarge: false, readers: all })
  }
  await stage.invite(mina, room_id, hana)
  assert.deepEqual(await told(2), { isLarge: true, readers: [] })
  assert.deepEqual(await audience(database, 0), { isLarge: false, readers: [] })
})

test('a gateway asks who of its readers are in a large room, and where a person is', async () => {
  const { room_id } = await stage.open('group', mina, junho, sora, hana)
  await stage.open('group', mina, junho)
  await stage.send(mina, room_id, 'first')
  await stage.leave(sora, room_id)
  await stage.invite(mina, room_id, sora)
  await stage.leave(hana, room_id)
  const readers = await readersAmong(database, room_id, [mina, sora, hana, yuna])
  assert.deepEqual(
    readers.toSorted((one, other) => one.userId - other.userId),
    [
      { userId: mina, muted: false, joinedSeq: 0 },
      { userId: sora, muted: false, joinedSeq: 1 },
    ],
  )
  const rooms = await largeRooms(database, [mina, hana])
  assert.deepEqual(rooms, [{ userId: mina, roomId: room_id }])
})

test('in a large room unread counts are exact, and nobody is told who has read', async () => {
  const { room_id } = await stage.open('group', mina, junho, sora)
  const message = await stage.send(mina, room_id, 'first')
  await stage.read(junho, room_id, 1)
  assert.equal((await stage.room(mina, room_id)).members[1]?.seen_seq, 1)
  await stage.invite(mina, room_id, hana)
  await stage.send(mina, room_id, 'second')
  const { unread, members } = await stage.room(junho, room_id)
  assert.deepEqual([unread, members.length], [1, 4])
  stage.news()
  await stage.read(junho, room_id, 2)
  assert.deepEqual(
    stage.news().map(({ name, data }) => [name, data.read_seq]),
    [['MessagesRead', 2]],
  )
  assert.equal((await stage.room(junho, room_id)).unread, 0)
  const own = (await stage.room(mina, room_id)).members
  assert.ok(own.every((one) => one.seen_seq === 0))
  assert.deepEqual(await seen(database, room_id, junho, [message.message_id]), [])
  assert.deepEqual(await seenBy(database, room_id, junho), [])
})
