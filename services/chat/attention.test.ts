// What members see of each other's attention: markers, muting, typing.
import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { openStage } from './stage.ts'
import { TYPING_INTERVAL_MS, TYPING_MEMBERS_MAX, TYPING_MS } from './typing.ts'
import { scratchPglite } from 'sosik/testing'

const notFound = { name: 'Problem', code: 'not_found' }
const PEOPLE = 60
const database = await scratchPglite()
const stage = await openStage(database, PEOPLE)
after(() => database.close())

/** Each test has three people of its own. */
let [mina, junho, sora] = [-2, -1, 0]
beforeEach(() => {
  mina += 3
  junho += 3
  sora += 3
  stage.news()
  stage.whispers.length = 0
})

/** How far each other member has read what the person said. */
const seenBy = async (userId: number, roomId: number) => {
  const { members } = await stage.room(userId, roomId)
  return new Map(members.map((one) => [one.user_id, one.seen_seq]))
}

test('a sender sees the last of their own messages that each other has read', async () => {
  const { room_id } = await stage.open('group', mina, junho, sora)
  await stage.send(mina, room_id, 'one')
  await stage.send(mina, room_id, 'two')
  await stage.send(junho, room_id, 'three')
  assert.deepEqual(
    [...(await seenBy(mina, room_id))],
    [
      [mina, 0],
      [junho, 2],
      [sora, 0],
    ],
  )
  await stage.read(sora, room_id, 1)
  assert.equal((await seenBy(mina, room_id)).get(sora), 1)
  assert.equal((await seenBy(junho, room_id)).get(sora), 0)
  await stage.read(sora, room_id, 3)
  assert.equal((await seenBy(mina, room_id)).get(sora), 2)
  assert.equal((await seenBy(junho, room_id)).get(sora), 3)
})

test('what was said before somebody came they have not read', async () => {
  const { room_id } = await stage.open('group', mina, junho)
  await stage.send(mina, room_id, 'one')
  await stage.invite(mina, room_id, sora)
  assert.equal((await seenBy(mina, room_id)).get(sora), 0)
  await stage.send(mina, room_id, 'two')
  await stage.read(sora, room_id, 2)
  assert.equal((await seenBy(mina, room_id)).get(sora), 2)
  await stage.leave(mina, room_id)
  await stage.invite(junho, room_id, mina)
  assert.equal((await seenBy(mina, room_id)).get(sora), 0)
})

test('a reading says where the marker stands', async () => {
  const { room_id } = await stage.open('direct', mina, junho)
  for (const content of ['one', 'two', 'three']) await stage.send(mina, room_id, content)
  stage.news()
  await stage.read(junho, room_id, 2)
  assert.equal(stage.news()[0]?.data.read_seq, 2)
  await stage.send(junho, room_id, 'four')
  assert.equal(stage.news()[0]?.data.read_seq, 3)
})

test('muting is a member’s own, and only a change is told', async () => {
  const { room_id } = await stage.open('direct', junho, mina)
  stage.news()
  assert.equal((await stage.room(mina, room_id)).muted, false)
  assert.deepEqual(await stage.mute(mina, room_id, true), { muted: true })
  assert.deepEqual(await stage.mute(mina, room_id, true), { muted: true })
  const [changed, ...more] = stage.news()
  assert.deepEqual(more, [])
  assert.equal(changed?.name, 'ChatRoomMuteChanged')
  const { user_1_id, user_id, muted } = changed.data
  assert.deepEqual([user_1_id, user_id, muted], [junho, mina, true])
  assert.equal((await stage.room(mina, room_id)).muted, true)
  assert.equal((await stage.room(junho, room_id)).muted, false)
  assert.deepEqual(await stage.mute(mina, room_id, false), { muted: false })
  assert.equal(stage.news().length, 1)
  await assert.rejects(stage.mute(sora, room_id, true), notFound)
  await assert.rejects(stage.mute(sora, 1_000_000, true), notFound)
})

test('typing is told to the other members, once an interval, and kept nowhere', async () => {
  const { room_id } = await stage.open('group', mina, junho, sora)
  stage.news()
  await stage.type(mina, room_id)
  await stage.type(mina, room_id)
  const data = { room_id, user_id: mina, typing_ms: TYPING_MS }
  const told = { userIds: [junho, sora], news: { type: 'typing', title: '', data } }
  assert.deepEqual(stage.whispers, [told])
  stage.wait(TYPING_INTERVAL_MS)
  await stage.type(mina, room_id)
  assert.deepEqual(stage.whispers, [told, told])
  assert.deepEqual(stage.news(), [])
})

test('who is no member types for nobody, in an unknown room and in a foreign one', async () => {
  const { room_id } = await stage.open('direct', mina, junho)
  await assert.rejects(stage.type(sora, room_id), notFound)
  await assert.rejects(stage.type(sora, room_id), notFound)
  await assert.rejects(stage.type(sora, 1_000_000), notFound)
  assert.deepEqual(stage.whispers, [])
})

test('in a large room typing is told to nobody', async () => {
  const { room_id } = await stage.open('group', mina, junho)
  await database.query(
    `insert into chat_profile select id, '', '', '', now()
     from generate_series(1000001, 1000000 + $1::int) as id`,
    [TYPING_MEMBERS_MAX],
  )
  await database.query(
    `insert into chat_member (room_id, user_id, username, joined_at)
     select $1::bigint, user_id, '', now() from chat_profile where user_id > 1000000`,
    [room_id],
  )
  await stage.type(mina, room_id)
  assert.deepEqual(stage.whispers, [])
})
