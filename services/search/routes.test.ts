// What search hears and answers, on PostgreSQL inside the process and on a server.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { MessageSent } from '@sosik/contract/chat'
import { searchMessages } from '@sosik/contract/search'
import { type Database, migrate, type Sql } from 'sosik/postgres'
import { randomUUID } from 'node:crypto'
import { ask, DATABASES, hear as rehearse } from '../rehearsal.ts'
import type { Service } from '../service.ts'
import { searchService } from './index.ts'
import { bigrams, fold } from './search.ts'
import { findMessages, type Readable } from './store.ts'

const MINA = 1
const JUNHO = 2
const START_MS = Date.parse('2026-01-27T12:00:00.000Z')
const MESSAGES_MANY = 20_000

for (const [name, open] of DATABASES) {
  describe(name, () => {
    let database: Database
    let search: Service
    const readable = new Map<number, Readable[]>()
    before(async () => {
      database = await open()
      const readableRooms = async (_sql: Sql, userId: number) => readable.get(userId) ?? []
      search = searchService({ database, readableRooms })
      await migrate(database, search.migrations)
    })
    after(() => database.close())

    /** Each test has a room of its own; only mina may read it. */
    let lastRoom = 0
    const openRoom = () => {
      lastRoom += 1
      readable.set(MINA, [...(readable.get(MINA) ?? []), { roomId: lastRoom, afterSeq: 0 }])
      return lastRoom
    }

    let sent = 0
    async function hear(room_id: number, content: string, given: object = {}) {
      sent += 1
      const created_at = new Date(START_MS + sent).toISOString()
      const data = {
        ...MessageSent.example,
        message_id: randomUUID(),
        room_id,
        content,
        created_at,
      }
      await rehearse(search, database, 'MessageSent', { ...data, ...given }, created_at)
    }

    const find = async (userId: number, text: string, query: object = {}) =>
      (await ask(search, searchMessages, userId, { query: { text, ...query } })).items

    const contents = async (userId: number, text: string, query: object = {}) =>
      (await find(userId, text, query)).map((one) => one.content)

    test('two letters and more are found inside of words, in any case and form', async () => {
      const room_id = openRoom()
      const text = '안녕하세요, 오늘 저녁에 Project 회의 😀👍'
      await hear(room_id, text)
      const inside = ['안녕', '녕하', '저녁에', 'project', 'OJEC', '회의 😀', '😀👍', ', 오']
      for (const part of [...inside, '저녁'.normalize('NFD'), ' 회의 ', '오늘\n저녁']) {
        assert.deepEqual(await contents(MINA, part, { room_id }), [text], part)
      }
      for (const other of ['녕안', '안하', 'projects', '저녁 에', '😀😀']) {
        assert.deepEqual(await contents(MINA, other, { room_id }), [], other)
      }
    })

    test('all pairs of a text do not make the text', async () => {
      const room_id = openRoom()
      await hear(room_id, 'abab bcbc cabc')
      assert.deepEqual(await contents(MINA, 'abcab', { room_id }), [])
    })

    test('letters that mean something to a pattern are plain letters', async () => {
      const room_id = openRoom()
      for (const content of [
        '100% sure',
        '100 sure',
        'snake_case',
        'snakeXcase',
        'a\\b',
        "it's",
        '{x}',
      ]) {
        await hear(room_id, content)
      }
      const cases: [text: string, content: string][] = [
        ['0%', '100% sure'],
        ['e_c', 'snake_case'],
        ['a\\', 'a\\b'],
        ["t'", "it's"],
        ['{x', '{x}'],
      ]
      for (const [text, content] of cases) {
        assert.deepEqual(await contents(MINA, text, { room_id }), [content])
      }
      assert.deepEqual(await contents(MINA, '%%', { room_id }), [])
    })

    test('only rooms that the asker may read now are searched', async () => {
      const room_id = openRoom()
      await hear(room_id, '비밀 이야기')
      assert.deepEqual(await contents(MINA, '비밀'), ['비밀 이야기'])
      assert.deepEqual(await contents(JUNHO, '비밀'), [])
      assert.deepEqual(await contents(JUNHO, '비밀', { room_id }), [])
      readable.set(JUNHO, [{ roomId: room_id, afterSeq: 0 }])
      assert.deepEqual(await contents(JUNHO, '비밀'), ['비밀 이야기'])
      readable.set(JUNHO, [])
      assert.deepEqual(await contents(JUNHO, '비밀'), [])
    })

    test('who came later finds what was said since', async () => {
      const room_id = openRoom()
      await hear(room_id, '회의 하나', { seq: 1 })
      await hear(room_id, '회의 둘', { seq: 2 })
      await hear(room_id, '회의 셋', { seq: undefined })
      readable.set(JUNHO, [{ roomId: room_id, afterSeq: 1 }])
      assert.deepEqual(await contents(JUNHO, '회의'), ['회의 둘'])
      readable.set(JUNHO, [])
    })

    test('the newest come first, as many as asked for', async () => {
      const [one, other] = [openRoom(), openRoom()]
      await hear(one, '점심 하나')
      await hear(other, '점심 둘')
      await hear(one, '점심 셋')
      assert.deepEqual(await contents(MINA, '점심'), ['점심 셋', '점심 둘', '점심 하나'])
      assert.deepEqual(await contents(MINA, '점심', { limit: 2 }), ['점심 셋', '점심 둘'])
      assert.deepEqual(await contents(MINA, '점심', { room_id: other }), ['점심 둘'])
    })

    test('a message is found once, with all that leads to it', async () => {
      const room_id = openRoom()
      const message_id = randomUUID()
      await hear(room_id, '반가워', { message_id, seq: 7 })
      await hear(room_id, '반가워', { message_id, seq: 7 })
      const [found, ...more] = await find(MINA, '반가워', { room_id })
      assert.deepEqual(more, [])
      assert.equal(found?.message_id, message_id)
      assert.equal(found?.seq, 7)
      await hear(room_id, '잘 지내', { seq: undefined })
      const [unplaced] = await find(MINA, '지내', { room_id })
      assert(unplaced && !('seq' in unplaced))
    })

    test('an edited text is found by what it says now, a deleted one by nothing', async () => {
      const room_id = openRoom()
      const message_id = randomUUID()
      const change = (type: string, data: object = {}) =>
        rehearse(search, database, type, { message_id, room_id, ...data })
      await hear(room_id, '저녁 여섯 시', { message_id })
      await change('MessageEdited', { content: '저녁 일곱 시' })
      assert.deepEqual(await contents(MINA, '여섯', { room_id }), [])
      assert.deepEqual(await contents(MINA, '일곱', { room_id }), ['저녁 일곱 시'])
      await change('MessageDeleted')
      assert.deepEqual(await contents(MINA, '일곱', { room_id }), [])
      const [row] = await database.query('select * from search_message where message_id = $1', [
        message_id,
      ])
      assert.doesNotMatch(JSON.stringify(row), /저녁|일곱/)
    })

    test('a deleted text stays gone when its story is told again', async () => {
      const room_id = openRoom()
      const message_id = randomUUID()
      const change = (type: string, data: object = {}) =>
        rehearse(search, database, type, { message_id, room_id, ...data })
      await hear(room_id, '비밀번호', { message_id })
      await change('MessageDeleted')
      await hear(room_id, '비밀번호', { message_id })
      await change('MessageEdited', { content: '비밀번호' })
      assert.deepEqual(await contents(MINA, '비밀번호', { room_id }), [])
    })

    test('an edit of what is not indexed indexes nothing', async () => {
      const room_id = openRoom()
      const data = { message_id: randomUUID(), room_id, content: '그림 설명' }
      await rehearse(search, database, 'MessageEdited', data)
      assert.deepEqual(await contents(MINA, '그림', { room_id }), [])
    })

    test('addresses of images and files are not searched', async () => {
      const room_id = openRoom()
      await hear(room_id, 'https://example.com/a.png', { message_type: 'image' })
      await hear(room_id, 'https://example.com/a.pdf', { message_type: 'file' })
      assert.deepEqual(await contents(MINA, 'example', { room_id }), [])
    })

    test('a text without two letters is refused', async () => {
      for (const text of ['a ', '  ', '😀', '가'.normalize('NFD')]) {
        await assert.rejects(contents(MINA, text), { code: 'search_text_short' })
      }
    })

    test('the index of bigrams finds the candidates', async () => {
      const room_id = openRoom()
      await database.query(
        `insert into search_message
         select 'many' || n, $1::bigint, n, 1, text, text, array[substr(text, 1, 2), 'xy'], now()
         from (select n, md5(n::text) as text from generate_series(1, $2::int) as n) as many`,
        [room_id, MESSAGES_MANY],
      )
      await database.query('analyze search_message')
      let plan = ''
      const explaining: Sql = {
        async query(text, values) {
          plan = JSON.stringify(await database.query(`explain ${text}`, values))
          return []
        },
      }
      const folded = fold('저녁에')
      assert(bigrams(folded).length > 0)
      await findMessages(explaining, {
        folded,
        rooms: [{ roomId: room_id, afterSeq: 0 }],
        limit: 20,
      })
      assert.match(plan, /Index Scan on search_message_bigrams/)
    })
  })
}
