// Chat's routes and its handler, on PostgreSQL inside the process.
import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { createRoom, listMessages, listRooms, MESSAGES_READ_MAX } from '@sosik/contract/chat'
import { openStage, person, START_MS } from './stage.ts'
import { scratchPglite } from 'sosik/testing'

const notFound = { name: 'Problem', code: 'not_found' }
const PEOPLE = 200
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
})

const history = async (userId: number, roomId: number, query = {}) => {
  const { items } = await stage.ask(listMessages, userId, { params: { room_id: roomId }, query })
  return items.map((one) => one.seq)
}

test('the direct room of a pair is opened once and answered to both', async () => {
  const first = await stage.open('direct', junho, mina)
  assert.equal(first.room_type, 'direct')
  assert.equal(first.name, '')
  assert.deepEqual(
    first.members,
    [mina, junho].map((userId) => ({ ...person(userId).person, seen_seq: 0 })),
  )
  assert.equal((await stage.open('direct', mina, junho)).room_id, first.room_id)
  assert.equal((await stage.open('direct', junho, mina)).room_id, first.room_id)
  const [created, ...more] = stage.news()
  assert.deepEqual(more, [])
  assert.equal(created?.name, 'ChatRoomCreated')
  assert.deepEqual(created?.data, {
    room_id: first.room_id,
    user_1_id: junho,
    user_2_id: mina,
    room_type: 'direct',
    timestamp: created?.data.timestamp,
    member_ids: [mina, junho],
  })
})

test('the same people can have any number of groups', async () => {
  const body = { room_type: 'group', member_ids: [sora, mina], name: '점심' }
  const one = await stage.ask(createRoom, junho, { body })
  const other = await stage.open('group', junho, sora, mina)
  assert.notEqual(one.room_id, other.room_id)
  assert.equal(one.name, '점심')
  assert.deepEqual(
    one.members.map((member) => member.user_id),
    [mina, junho, sora],
  )
  const [first, second] = stage.news()
  assert.equal(first?.data.name, '점심')
  assert.equal(first?.data.user_2_id, mina)
  assert.deepEqual(second?.data.member_ids, [mina, junho, sora])
  assert(second && !('name' in second.data))
})

test('a room with somebody who does not exist is not found and leaves nothing behind', async () => {
  await assert.rejects(stage.open('group', mina, junho, PEOPLE + 1), notFound)
  assert.deepEqual(stage.news(), [])
  assert.deepEqual((await stage.ask(listRooms, mina)).items, [])
})

test('messages get dense seqs, and are announced with all that they are', async () => {
  const { room_id } = await stage.open('direct', mina, junho)
  stage.news()
  const one = await stage.send(mina, room_id, '안녕'.normalize('NFD'), 'a1')
  const two = await stage.send(junho, room_id, 'hi')
  assert.deepEqual([one.seq, two.seq], [1, 2])
  assert.equal(one.content, '안녕')
  assert.equal(one.client_message_id, 'a1')
  const sent = stage.news().filter((event) => event.name === 'MessageSent')
  assert.deepEqual(sent[0]?.data, { ...one, username: `person_${mina}` })
  assert.deepEqual(sent[1]?.data, { ...two, username: `person_${junho}` })
})

test('the same client id and body answer the first message, for ever and silently', async () => {
  const { room_id } = await stage.open('direct', mina, junho)
  const first = await stage.send(mina, room_id, '안녕', 'a1')
  await stage.send(mina, room_id, 'more')
  stage.news()
  assert.deepEqual(await stage.send(mina, room_id, '안녕'.normalize('NFD'), 'a1'), first)
  assert.deepEqual(stage.news(), [])
  assert.equal((await stage.room(mina, room_id)).last_seq, 2)
})

test('the same client id with another body is a conflict, and costs no seq', async () => {
  const { room_id } = await stage.open('direct', mina, junho)
  await stage.send(mina, room_id, '안녕', 'a1')
  await assert.rejects(stage.send(mina, room_id, '안녕!', 'a1'), { code: 'message_conflict' })
  assert.equal((await stage.send(mina, room_id, '안녕!', 'a2')).seq, 2)
})

test('a client id belongs to its sender and room', async () => {
  const one = await stage.open('direct', mina, junho)
  const other = await stage.open('direct', mina, sora)
  await stage.send(mina, one.room_id, 'to junho', 'a1')
  assert.equal((await stage.send(junho, one.room_id, 'to mina', 'a1')).seq, 2)
  assert.equal((await stage.send(mina, other.room_id, 'to sora', 'a1')).seq, 1)
})

test('a foreign room and an unknown one are both not found, on every route', async () => {
  const { room_id } = await stage.open('direct', mina, junho)
  await stage.send(mina, room_id, 'secret', 'a1')
  stage.news()
  for (const roomId of [room_id, 1_000_000]) {
    await assert.rejects(stage.room(sora, roomId), notFound)
    await assert.rejects(history(sora, roomId), notFound)
    await assert.rejects(stage.send(sora, roomId, 'hello'), notFound)
    await assert.rejects(stage.send(sora, roomId, 'secret', 'a1'), notFound)
    await assert.rejects(stage.read(sora, roomId, 1), notFound)
    await assert.rejects(stage.read(sora, roomId, 1_000), notFound)
  }
  assert.deepEqual(stage.news(), [])
  assert.equal((await stage.room(mina, room_id)).last_seq, 1)
})

test('history is ascending: the newest, those before a seq, those after one', async () => {
  const { room_id } = await stage.open('direct', mina, junho)
  assert.deepEqual(await history(mina, room_id), [])
  for (let n = 1; n <= 7; n += 1) await stage.send(mina, room_id, `message ${n}`)
  const pages: [query: object, seqs: number[]][] = [
    [{}, [1, 2, 3, 4, 5, 6, 7]],
    [{ limit: 3 }, [5, 6, 7]],
    [{ before_seq: 5, limit: 3 }, [2, 3, 4]],
    [{ before_seq: 1 }, []],
    [{ after_seq: 0, limit: 2 }, [1, 2]],
    [{ after_seq: 4 }, [5, 6, 7]],
    [{ after_seq: 7 }, []],
    [{ after_seq: 1, before_seq: 6, limit: 3 }, [2, 3, 4]],
  ]
  for (const [query, seqs] of pages) assert.deepEqual(await history(junho, room_id, query), seqs)
})

test('reading moves forward only, and tells the messages of others that it passed', async () => {
  const { room_id } = await stage.open('group', mina, junho, sora)
  const one = await stage.send(junho, room_id, 'one')
  const two = await stage.send(sora, room_id, 'two')
  const three = await stage.send(sora, room_id, 'three')
  stage.news()
  assert.equal((await stage.room(mina, room_id)).unread, 3)
  assert.deepEqual(await stage.read(mina, room_id, 2), { read_seq: 2 })
  const [event, ...more] = stage.news()
  assert.deepEqual(more, [])
  assert.equal(event?.name, 'MessagesRead')
  assert.equal(event?.data.user_id, mina)
  assert.deepEqual(event?.data.message_ids, [one.message_id, two.message_id])
  assert.equal((await stage.room(mina, room_id)).unread, 1)

  assert.deepEqual(await stage.read(mina, room_id, 2), { read_seq: 2 })
  assert.deepEqual(await stage.read(mina, room_id, 1), { read_seq: 2 })
  assert.deepEqual(stage.news(), [])
  await assert.rejects(stage.read(mina, room_id, 4), { code: 'read_beyond_end' })
  assert.deepEqual(await stage.read(mina, room_id, 3), { read_seq: 3 })
  assert.deepEqual(stage.news()[0]?.data.message_ids, [three.message_id])
})

test('who sends has read what was before, and says so once', async () => {
  const { room_id } = await stage.open('direct', mina, junho)
  const asked = await stage.send(junho, room_id, '저녁 어때?')
  stage.news()
  await stage.send(mina, room_id, '좋아')
  const news = stage.news()
  assert.deepEqual(
    news.map((event) => event.name),
    ['MessagesRead', 'MessageSent'],
  )
  assert.deepEqual(news[0]?.data.message_ids, [asked.message_id])
  await stage.send(mina, room_id, '몇 시?')
  assert.deepEqual(
    stage.news().map((event) => event.name),
    ['MessageSent'],
  )
  assert.equal((await stage.room(mina, room_id)).unread, 0)
  assert.equal((await stage.room(junho, room_id)).unread, 2)
})

test('a long absence is told in events of bounded size', async () => {
  const { room_id } = await stage.open('direct', mina, junho)
  await database.query(
    `insert into chat_message
     select $1::bigint, seq, 'm' || seq, $2::bigint, 'c' || seq, 'text', 'x', now(), null, null, ''
     from generate_series(1, $3::int) as seq`,
    [room_id, junho, 2 * MESSAGES_READ_MAX + 1],
  )
  await database.query('update chat_room set last_seq = $2 where id = $1', [
    room_id,
    2 * MESSAGES_READ_MAX + 1,
  ])
  stage.news()
  await stage.read(mina, room_id, 2 * MESSAGES_READ_MAX + 1)
  const ids = stage.news().map((event) => event.data.message_ids as string[])
  assert.deepEqual(
    ids.map((one) => one.length),
    [MESSAGES_READ_MAX, MESSAGES_READ_MAX, 1],
  )
  assert.equal(new Set(ids.flat()).size, 2 * MESSAGES_READ_MAX + 1)
})

test('rooms are listed with their last message, the last spoken in first', async () => {
  const one = await stage.open('direct', mina, junho)
  const two = await stage.open('direct', mina, sora)
  const three = await stage.open('group', mina, junho, sora)
  const last = await stage.send(junho, one.room_id, 'last')
  const list = async (query = {}) => (await stage.ask(listRooms, mina, { query })).items
  const all = await list()
  assert.deepEqual(
    all.map((one) => one.room_id),
    [one.room_id, three.room_id, two.room_id],
  )
  assert.deepEqual(all[0]?.last_message, last)
  assert(all[1] && !('last_message' in all[1]))
  assert.deepEqual([all[0]?.unread, all[1]?.unread], [1, 0])
  assert.deepEqual(await list({ limit: 2 }), all.slice(0, 2))
  assert.deepEqual(await list({ before_room_id: three.room_id }), all.slice(2))
  const foreign = await stage.open('direct', junho, sora)
  assert.deepEqual(await list({ before_room_id: foreign.room_id }), [])
})

test('room lists show profiles as of their latest event', async () => {
  const { room_id } = await stage.open('direct', mina, junho)
  await stage.hearProfile(junho, '준호', START_MS + 2)
  await stage.hearProfile(junho, 'late', START_MS + 1)
  const names = async () => (await stage.room(mina, room_id)).members.map((one) => one.display_name)
  assert.deepEqual(await names(), [`Person ${mina}`, '준호'])
  await stage.hearProfile(junho, '준호 2', START_MS + 2)
  assert.deepEqual(await names(), [`Person ${mina}`, '준호 2'])
})

test('a profile that a command read before an event was handled does not come back', async () => {
  await stage.hearProfile(junho, '준호', START_MS + 1)
  const { members } = await stage.open('direct', mina, junho)
  assert.equal(members[1]?.display_name, '준호')
  assert.equal(members[1]?.username, `person_${junho}`)
  stage.profiles.set(junho, person(junho, '준호 3', START_MS + 3))
  assert.equal((await stage.open('group', mina, junho)).members[1]?.display_name, '준호 3')
})

test('whatever people do, unread is exact and each message of others is told once', async () => {
  const people = [mina, junho, sora]
  const { room_id } = await stage.open('group', mina, junho, sora)
  stage.news()
  const said: { id: string; userId: number }[] = []
  const told = new Map(people.map((userId) => [userId, [] as string[]]))
  let state = 42
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
  for (let step = 0; step < 150; step += 1) {
    const userId = people[random(3)] ?? mina
    if (random(2) === 0) {
      const { message_id } = await stage.send(userId, room_id, `step ${step}`)
      said.push({ id: message_id, userId })
    } else if (said.length > 0) {
      await stage.read(userId, room_id, 1 + random(said.length))
    }
    for (const { name, data } of stage.news()) {
      if (name !== 'MessagesRead') continue
      assert.equal(data.user_id, userId)
      told.get(userId)?.push(...(data.message_ids as string[]))
    }
    const { read_seq, unread } = await stage.room(userId, room_id)
    const ofOthers = said.map((one) => one.userId !== userId)
    assert.equal(unread, ofOthers.slice(read_seq).filter(Boolean).length)
    const passed = said.slice(0, read_seq).filter((one) => one.userId !== userId)
    assert.deepEqual(
      told.get(userId),
      passed.map((one) => one.id),
    )
  }
})
