// Groups as people join, leave and rename them, on PostgreSQL inside the process.
import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { listMessages, listRooms, MEMBERS_MAX, renameRoom } from '@sosik/contract/chat'
import { migrate } from 'sosik/postgres'
import { scratchPglite } from 'sosik/testing'
import { heirOf, newcomers } from './group.ts'
import { openStage } from './stage.ts'

const notFound = { name: 'Problem', code: 'not_found' }
const notAllowed = { name: 'Problem', code: 'not_allowed' }
const direct = { name: 'Problem', code: 'room_is_direct' }
const PEOPLE = 100
const database = await scratchPglite()
const stage = await openStage(database, PEOPLE)
after(() => database.close())

/** Each test has four people of its own. */
let [mina, junho, sora, hana] = [-3, -2, -1, 0]
beforeEach(() => {
  mina += 4
  junho += 4
  sora += 4
  hana += 4
  stage.news()
})

const membersOf = async (userId: number, roomId: number) =>
  (await stage.room(userId, roomId)).members.map((one) => one.user_id)

const history = async (userId: number, roomId: number, query = {}) => {
  const { items } = await stage.ask(listMessages, userId, { params: { room_id: roomId }, query })
  return items.map((one) => one.content)
}

const rename = (userId: number, room_id: number, name: string) =>
  stage.ask(renameRoom, userId, { params: { room_id }, body: { name } })

const at = (ms: number) => new Date(ms)

test('the heir is who came first, of several the one with the lowest id', () => {
  const cases: [members: [userId: number, ms: number][], heir: number | undefined][] = [
    [[], undefined],
    [[[7, 1]], 7],
    [
      [
        [2, 5],
        [9, 1],
      ],
      9,
    ],
    [
      [
        [9, 1],
        [4, 1],
        [2, 5],
      ],
      4,
    ],
  ]
  for (const [members, heir] of cases) {
    assert.equal(heirOf(members.map(([userId, ms]) => ({ userId, joinedAt: at(ms) }))), heir)
  }
})

test('newcomers are who is not in yet, and no more than there is place for', () => {
  const inside = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ userId: n + 1, joinedAt: at(0) }))
  assert.deepEqual(newcomers([9, 2, 8, 9], inside(3)), [8, 9])
  assert.deepEqual(newcomers([1, 2], inside(MEMBERS_MAX)), [])
  assert.deepEqual(newcomers([MEMBERS_MAX], inside(MEMBERS_MAX - 1)), [MEMBERS_MAX])
  assert.throws(() => newcomers([MEMBERS_MAX, MEMBERS_MAX + 1], inside(MEMBERS_MAX - 1)), {
    code: 'room_full',
  })
})

test('a group is its creator’s, a direct room is nobody’s', async () => {
  assert.equal((await stage.open('group', junho, mina)).owner_id, junho)
  assert(!('owner_id' in (await stage.open('direct', junho, mina))))
})

test('a member invites others, each told once with the room’s creator as the key', async () => {
  const { room_id } = await stage.open('group', junho, mina)
  stage.news()
  const room = await stage.invite(mina, room_id, hana, sora, junho)
  assert.deepEqual(
    room.members.map((one) => one.user_id),
    [mina, junho, sora, hana],
  )
  const news = stage.news()
  assert.deepEqual(
    news.map(({ name, data }) => [name, data.user_1_id, data.user_id, data.invited_by_id]),
    [
      ['ChatRoomMemberJoined', junho, sora, mina],
      ['ChatRoomMemberJoined', junho, hana, mina],
    ],
  )
  assert.equal(news[0]?.data.username, `person_${sora}`)
  assert.equal((await stage.invite(mina, room_id, hana, sora)).members.length, 4)
  assert.deepEqual(stage.news(), [])
})

test('an invitation of somebody who does not exist brings nobody in', async () => {
  const { room_id } = await stage.open('group', junho, mina)
  stage.news()
  await assert.rejects(stage.invite(mina, room_id, sora, PEOPLE + 1), notFound)
  assert.deepEqual(await membersOf(mina, room_id), [mina, junho])
  assert.deepEqual(stage.news(), [])
})

test('who joins reads from the next message on, and has nothing unread', async () => {
  const { room_id } = await stage.open('group', mina, junho)
  await stage.send(mina, room_id, 'before')
  await stage.invite(mina, room_id, sora)
  const joined = await stage.room(sora, room_id)
  assert.deepEqual([joined.last_seq, joined.read_seq, joined.unread], [1, 1, 0])
  assert(!('last_message' in joined))
  assert.deepEqual(await history(sora, room_id), [])
  const sent = await stage.send(junho, room_id, 'after')
  assert.deepEqual(await history(sora, room_id, { after_seq: 0 }), ['after'])
  assert.deepEqual(await history(mina, room_id), ['before', 'after'])
  const after = await stage.room(sora, room_id)
  assert.deepEqual([after.unread, after.last_message], [1, sent])
  stage.news()
  await stage.read(sora, room_id, 2)
  assert.deepEqual(stage.news()[0]?.data.message_ids, [sent.message_id])
})

test('who left finds nothing; who comes back reads from then on', async () => {
  const { room_id } = await stage.open('group', mina, junho, sora)
  await stage.send(sora, room_id, 'one', 'a1')
  stage.news()
  await stage.leave(sora, room_id)
  const [left, ...more] = stage.news()
  assert.deepEqual(more, [])
  assert.equal(left?.name, 'ChatRoomMemberLeft')
  const { left_at, ...said } = left?.data ?? {}
  assert.deepEqual(said, { room_id, user_1_id: mina, user_id: sora })
  assert.equal(typeof left_at, 'string')
  await assert.rejects(stage.room(sora, room_id), notFound)
  await assert.rejects(history(sora, room_id), notFound)
  await assert.rejects(stage.send(sora, room_id, 'one', 'a1'), notFound)
  await assert.rejects(stage.leave(sora, room_id), notFound)
  assert.deepEqual((await stage.ask(listRooms, sora)).items, [])
  await stage.send(mina, room_id, 'two')
  await stage.invite(junho, room_id, sora)
  await stage.send(mina, room_id, 'three')
  assert.deepEqual(await history(sora, room_id), ['three'])
  assert.equal((await stage.room(sora, room_id)).unread, 1)
})

test('an owner who leaves passes the group on to who has been in it longest', async () => {
  const { room_id } = await stage.open('group', junho, sora)
  await stage.invite(junho, room_id, mina)
  stage.news()
  await stage.leave(junho, room_id)
  assert.equal(stage.news()[0]?.data.owner_id, sora)
  assert.equal((await stage.room(mina, room_id)).owner_id, sora)
  await stage.leave(mina, room_id)
  assert(!('owner_id' in (stage.news()[0]?.data ?? {})))
  await stage.leave(sora, room_id)
  assert(!('owner_id' in (stage.news()[0]?.data ?? {})))
})

test('only the owner removes a member, and it is said by whom', async () => {
  const { room_id } = await stage.open('group', mina, junho, sora)
  stage.news()
  await assert.rejects(stage.remove(junho, room_id, sora), notAllowed)
  await assert.rejects(stage.remove(mina, room_id, hana), notFound)
  assert.deepEqual(stage.news(), [])
  await stage.remove(mina, room_id, sora)
  const [left] = stage.news()
  assert.deepEqual([left?.data.user_id, left?.data.removed_by_id], [sora, mina])
  await assert.rejects(stage.send(sora, room_id, 'still here'), notFound)
  await stage.remove(junho, room_id, junho)
  assert(!('removed_by_id' in (stage.news()[0]?.data ?? {})))
  assert.deepEqual(await membersOf(mina, room_id), [mina])
})

test('only the owner renames a group, and only another name is told', async () => {
  const { room_id } = await stage.open('group', mina, junho)
  stage.news()
  await assert.rejects(rename(junho, room_id, '저녁'), notAllowed)
  assert.equal((await rename(mina, room_id, '점심'.normalize('NFD'))).name, '점심')
  assert.equal((await rename(mina, room_id, '점심')).name, '점심')
  const [renamed, ...more] = stage.news()
  assert.deepEqual(more, [])
  assert.equal(renamed?.name, 'ChatRoomRenamed')
  assert.deepEqual([renamed.data.user_1_id, renamed.data.name], [mina, '점심'])
})

test('a direct room stays as it is', async () => {
  const { room_id } = await stage.open('direct', mina, junho)
  stage.news()
  await assert.rejects(stage.invite(mina, room_id, sora), direct)
  await assert.rejects(stage.leave(mina, room_id), direct)
  await assert.rejects(stage.remove(mina, room_id, junho), direct)
  await assert.rejects(rename(mina, room_id, 'x'), direct)
  assert.deepEqual(stage.news(), [])
})

test('a foreign group and an unknown one are both not found', async () => {
  const { room_id } = await stage.open('group', mina, junho)
  for (const roomId of [room_id, 1_000_000]) {
    await assert.rejects(stage.invite(sora, roomId, hana), notFound)
    await assert.rejects(stage.leave(sora, roomId), notFound)
    await assert.rejects(stage.remove(sora, roomId, junho), notFound)
    await assert.rejects(stage.remove(sora, roomId, sora), notFound)
    await assert.rejects(rename(sora, roomId, 'x'), notFound)
  }
})

test('other services learn readers, what they read, and rooms as people see them', async () => {
  const { answers } = stage.chat
  const { room_id } = await stage.open('group', sora, mina, junho)
  const two = await stage.open('direct', mina, junho)
  const one = await stage.send(mina, room_id, 'a')
  await stage.send(mina, room_id, 'b')
  const three = await stage.send(sora, room_id, 'c')
  await stage.invite(mina, room_id, hana)
  await stage.mute(junho, room_id, true)
  const readers = async (seq?: number) =>
    (await answers.readers(database, room_id, seq)).map((one) => one.userId)
  assert.deepEqual(await readers(), [mina, junho, sora, hana])
  assert.deepEqual(await readers(3), [mina, junho, sora])
  assert.deepEqual(await readers(4), [mina, junho, sora, hana])
  const quiet = (await answers.readers(database, room_id)).filter((one) => one.muted)
  assert.deepEqual(quiet, [{ userId: junho, muted: true }])
  assert.deepEqual(await answers.readers(database, 1_000_000), [])
  const ids = [one.message_id, three.message_id, 'unknown']
  const seen = (readerId: number, ofRoom = room_id) => answers.seen(database, ofRoom, readerId, ids)
  assert.deepEqual(await seen(junho), [
    { userId: mina, seq: 1 },
    { userId: sora, seq: 3 },
  ])
  assert.deepEqual(await seen(mina), [{ userId: sora, seq: 3 }])
  assert.deepEqual(await seen(hana), [])
  assert.deepEqual(await seen(junho, two.room_id), [])
  assert.deepEqual(await answers.readableRooms(database, mina), [
    { roomId: room_id, afterSeq: 0 },
    { roomId: two.room_id, afterSeq: 0 },
  ])
  assert.deepEqual(await answers.readableRooms(database, hana), [{ roomId: room_id, afterSeq: 3 }])
  const rooms = await answers.roomsOf(database, room_id, [mina, hana, 1_000_000])
  assert.deepEqual(new Set(rooms.keys()), new Set([mina, hana]))
  assert.deepEqual(rooms.get(hana), await stage.room(hana, room_id))
  await stage.leave(sora, room_id)
  await stage.invite(mina, room_id, sora)
  assert.deepEqual(await seen(junho), [{ userId: mina, seq: 1 }])
})

test('rooms that were opened before owners were kept have a founder as theirs', async () => {
  const older = await scratchPglite()
  const { migrations } = stage.chat
  await migrate(older, migrations.slice(0, 1))
  await older.query(`insert into chat_profile
    select id, '', '', '', now() from generate_series(5, 7) as id`)
  await older.query(`insert into chat_room (room_type, name, low_user_id, high_user_id, spoken_at)
    values ('group', '점심', null, null, now()), ('direct', '', 5, 6, now())`)
  await older.query(`insert into chat_member (room_id, user_id, username)
    values (1, 7, 'g'), (1, 6, 'f'), (2, 5, 'e'), (2, 6, 'f')`)
  await migrate(older, migrations)
  const rooms = await older.query('select created_by, owner_id from chat_room order by id')
  assert.deepEqual(rooms, [
    { created_by: 6, owner_id: 6 },
    { created_by: 5, owner_id: null },
  ])
  await older.close()
})
