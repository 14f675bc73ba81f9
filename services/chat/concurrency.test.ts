// Chat under many connections at once, on a real server: what one connection cannot show.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { MEMBERS_MAX } from '@sosik/contract/chat'
import type { Database } from 'sosik/postgres'
import { scratchDatabase } from 'sosik/testing'
import { openStage, START_MS } from './stage.ts'

const PEOPLE = 60
const database = await scratchDatabase()
const stage = await openStage(database, PEOPLE)
after(() => database.close())

/** Each test takes people of its own. */
let lastId = 0
const somebody = () => ++lastId

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at + 1)

const ascending = (a: number, b: number) => a - b

test('messages sent at once get dense and distinct seqs', async () => {
  const people = [somebody(), somebody(), somebody()]
  const { room_id: roomId } = await stage.open('group', people[0] ?? 0, ...people)
  stage.news()
  const sent = await Promise.all(
    numbers(60).map((n) => stage.send(people[n % 3] ?? 0, roomId, `message ${n}`)),
  )
  assert.deepEqual(sent.map((one) => one.seq).sort(ascending), numbers(60))
  const announced = stage.news().filter((event) => event.name === 'MessageSent')
  const seqs = announced.map((event) => Number(event.data.seq))
  assert.deepEqual(seqs.sort(ascending), numbers(60))
})

test('senders of a room in two processes wait for each other, never in a circle', async () => {
  let asked = 0
  let runs = 0
  const counted: Database = {
    ...database,
    transaction(work) {
      asked += 1
      return database.transaction((tx) => {
        runs += 1
        return work(tx)
      })
    },
  }
  const processes = [await openStage(counted, PEOPLE), await openStage(counted, PEOPLE)]
  const people = [somebody(), somebody(), somebody()]
  const { room_id: roomId } = await stage.open('group', people[0] ?? 0, ...people)
  const reads: Promise<unknown>[] = []
  await Promise.all(
    numbers(120).map(async (n) => {
      const userId = people[n % 3] ?? 0
      const { seq } = (await processes[n % 2]?.send(userId, roomId, `message ${n}`)) ?? { seq: 0 }
      reads.push(stage.read(people[(n + 1) % 3] ?? 0, roomId, seq))
    }),
  )
  await Promise.all(reads)
  // After a deadlock one of the two would have been run again.
  assert.equal(runs, asked)
  assert.ok(asked < 120, 'they shared transactions')
})

test('one message sent twenty times at once is one message, one event and one answer', async () => {
  const [mina, junho] = [somebody(), somebody()]
  const { room_id: roomId } = await stage.open('direct', mina, junho)
  stage.news()
  const answers = await Promise.all(numbers(20).map(() => stage.send(mina, roomId, '안녕', 'a1')))
  for (const answer of answers) assert.deepEqual(answer, answers[0])
  assert.equal(stage.news().length, 1)
  assert.equal((await stage.send(mina, roomId, 'next')).seq, 2)
})

test('of two bodies with one client id at once, one is sent, the other a conflict', async () => {
  const [mina, junho] = [somebody(), somebody()]
  const { room_id: roomId } = await stage.open('direct', mina, junho)
  const both = [stage.send(mina, roomId, 'yes', 'a1'), stage.send(mina, roomId, 'no', 'a1')]
  const settled = await Promise.allSettled(both)
  const refused = settled.filter((one) => one.status === 'rejected')
  assert.deepEqual(
    refused.map((one) => one.reason.code),
    ['message_conflict'],
  )
  assert.equal((await stage.send(junho, roomId, 'next')).seq, 2)
})

test('a direct room that both sides open at once is one room', async () => {
  const [mina, junho] = [somebody(), somebody()]
  stage.news()
  const rooms = await Promise.all(
    numbers(16).map((n) =>
      n % 2 ? stage.open('direct', mina, junho) : stage.open('direct', junho, mina),
    ),
  )
  assert.equal(new Set(rooms.map((room) => room.room_id)).size, 1)
  assert.equal(stage.news().length, 1)
})

test('groups with the same people can be opened at once', async () => {
  const people = numbers(8).map(somebody)
  const rooms = await Promise.all(
    people.map((userId) => stage.open('group', userId, ...people.toReversed())),
  )
  assert.equal(new Set(rooms.map((room) => room.room_id)).size, people.length)
})

test('sending and reading at once tell every message of others exactly once', async () => {
  const people = [somebody(), somebody(), somebody()]
  const { room_id: roomId } = await stage.open('group', people[0] ?? 0, ...people)
  stage.news()
  const senders = new Map<string, number>()
  await Promise.all(
    numbers(75).map(async (n) => {
      const userId = people[n % 3] ?? 0
      const { message_id, seq } = await stage.send(userId, roomId, `message ${n}`)
      senders.set(message_id, userId)
      await Promise.all(people.map((reader) => stage.read(reader, roomId, seq)))
    }),
  )
  const told = stage.news().filter((event) => event.name === 'MessagesRead')
  for (const userId of people) {
    const ids = told
      .filter((event) => event.data.user_id === userId)
      .flatMap((event) => event.data.message_ids as string[])
    const ofOthers = [...senders].filter(([, sender]) => sender !== userId).map(([id]) => id)
    assert.deepEqual(ids.sort(), ofOthers.sort())
    const room = await stage.room(userId, roomId)
    assert.deepEqual([room.last_seq, room.read_seq, room.unread], [75, 75, 0])
  }
})

test('who is removed while talking has said dense messages and is told of none later', async () => {
  const [mina, junho, sora] = [somebody(), somebody(), somebody()]
  const { room_id: roomId } = await stage.open('group', mina, junho, sora)
  stage.news()
  const talking = numbers(30).map((n) => stage.send(n % 2 ? junho : sora, roomId, `message ${n}`))
  const removing = stage.remove(mina, roomId, junho)
  const sent = (await Promise.allSettled(talking)).filter((one) => one.status === 'fulfilled')
  await removing
  const seqs = sent.map((one) => one.value.seq).sort(ascending)
  assert.deepEqual(seqs, numbers(sent.length))
  assert.equal((await stage.room(mina, roomId)).last_seq, sent.length)
  await assert.rejects(stage.send(junho, roomId, 'late'), { code: 'not_found' })
})

test('people who join while others talk read exactly what follows their joining', async () => {
  const [mina, ...coming] = numbers(7).map(somebody) as [number, ...number[]]
  const { room_id: roomId } = await stage.open('group', mina, somebody())
  await Promise.all([
    ...numbers(40).map((n) => stage.send(mina, roomId, `message ${n}`)),
    ...coming.map((userId) => stage.invite(mina, roomId, userId)),
  ])
  const readable = new Map<number, number>()
  for (const userId of coming) {
    const { last_seq, unread } = await stage.room(userId, roomId)
    const [{ afterSeq } = { afterSeq: -1 }] = await stage.chat.answers.readableRooms(
      database,
      userId,
    )
    assert.equal(unread, last_seq - afterSeq)
    readable.set(userId, afterSeq)
  }
  for (const seq of numbers(40)) {
    const expected = coming.filter((userId) => seq > (readable.get(userId) ?? seq))
    const readers = await readerIds(roomId, seq)
    assert.deepEqual(
      readers.filter((userId) => coming.includes(userId)),
      expected,
    )
  }
})

test('an invitation that is sent ten times at once brings each in once', async () => {
  const [mina, junho, sora] = [somebody(), somebody(), somebody()]
  const { room_id: roomId } = await stage.open('group', mina, junho)
  stage.news()
  await Promise.all(numbers(10).map((n) => stage.invite(n % 2 ? mina : junho, roomId, sora)))
  assert.deepEqual(
    stage.news().map(({ name }) => name),
    ['ChatRoomMemberJoined'],
  )
})

test('when everybody leaves at once, the group passes on until nobody is left', async () => {
  const people = numbers(8).map(somebody)
  const { room_id: roomId } = await stage.open('group', people[0] ?? 0, ...people)
  stage.news()
  await Promise.all(people.map((userId) => stage.leave(userId, roomId)))
  const left = stage.news()
  assert.deepEqual(left.map(({ data }) => Number(data.user_id)).sort(ascending), people)
  let [owner] = people
  for (const { data } of left) if (data.user_id === owner) owner = data.owner_id as number
  assert.equal(owner, undefined)
  const [room] = await database.query('select owner_id from chat_room where id = $1', [roomId])
  assert.deepEqual(room, { owner_id: null })
})

test('two who invite into the last places do not both fit in', async () => {
  const [mina, junho, sora] = [somebody(), somebody(), somebody()]
  const { room_id: roomId } = await stage.open('group', mina, junho)
  await database.query(
    `insert into chat_profile select id, '', '', '', now()
     from generate_series(1000001, 1000000 + $1::int) as id`,
    [MEMBERS_MAX - 3],
  )
  await database.query(
    `insert into chat_member (room_id, user_id, username, joined_at)
     select $1::bigint, user_id, '', now() from chat_profile where user_id > 1000000`,
    [roomId],
  )
  const both = [stage.invite(mina, roomId, sora), stage.invite(junho, roomId, somebody())]
  const settled = await Promise.allSettled(both)
  const refused = settled.filter((one) => one.status === 'rejected')
  assert.deepEqual(
    refused.map((one) => one.reason.code),
    ['room_full'],
  )
})

test('edits and deletions at once end in one deletion, and no edit follows it', async () => {
  const [mina, junho] = [somebody(), somebody()]
  const { room_id: roomId } = await stage.open('group', mina, junho)
  const message = await stage.send(junho, roomId, 'text 0')
  stage.news()
  const edits = numbers(20).map((n) => stage.edit(junho, message, `text ${n}`))
  const deletions = numbers(4).map((n) => stage.erase(n % 2 ? mina : junho, message))
  const settled = await Promise.allSettled([...edits, ...deletions])
  const refused = settled.filter((one) => one.status === 'rejected')
  assert.ok(refused.every((one) => one.reason.code === 'message_deleted'))
  const news = stage.news()
  assert.equal(news.at(-1)?.name, 'MessageDeleted')
  assert.ok(news.slice(0, -1).every((one) => one.name === 'MessageEdited'))
  assert.equal(news.length - 1, edits.length - refused.length)
  assert.equal((await stage.room(mina, roomId)).last_message?.content, '')
})

test('a profile event that overtakes the command that read the older one is kept', async () => {
  const [mina, junho] = [somebody(), somebody()]
  stage.profilesRead = () => stage.hearProfile(junho, '준호', START_MS + 1)
  const { room_id: roomId } = await stage.open('direct', mina, junho)
  stage.profilesRead = async () => {}
  assert.deepEqual(await names(mina, roomId), [`Person ${mina}`, '준호'])
})

test('a profile event that comes before the command commits waits for it and is kept', async () => {
  const [mina, junho] = [somebody(), somebody()]
  let heard: Promise<void> | undefined
  stage.announced = async () => {
    heard ??= stage.hearProfile(junho, '준호', START_MS + 1)
    await somebodyWaits()
  }
  const { room_id: roomId } = await stage.open('direct', mina, junho)
  stage.announced = async () => {}
  await heard
  assert.deepEqual(await names(mina, roomId), [`Person ${mina}`, '준호'])
})

async function readerIds(roomId: number, seq: number): Promise<number[]> {
  const readers = await stage.chat.answers.readers(database, roomId, seq)
  return readers.map((one) => one.userId)
}

async function names(userId: number, roomId: number): Promise<string[]> {
  const { members } = await stage.room(userId, roomId)
  return members.map((member) => member.display_name)
}

/** Resolves once a connection of this file's waits for another one's transaction. */
async function somebodyWaits(): Promise<void> {
  const waiting = () =>
    database.query(`select 1 from pg_locks join pg_stat_activity using (pid)
      where not granted and query like '%chat_profile%'`)
  while ((await waiting()).length === 0) await setImmediate()
}
