// What search finds, for whom and in which order, on PostgreSQL inside the process and on a server.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sql } from 'sosik/postgres'
import { findMessages } from './store.ts'
import { JUNHO, MINA, onBothDatabases, sentAt } from './stage.ts'

const MESSAGES_MANY = 20_000
const ROOMS_MANY = 1_000

onBothDatabases(({ database, openRoom, mayRead, send, answer, find, contents }) => {
  test('two letters and more are found inside of words, in any case and form', async () => {
    const room_id = openRoom()
    const text = '안녕하세요, 오늘 저녁에 Project 회의 😀👍'
    await send(room_id, text)
    const inside = ['안녕', '녕하', '저녁에', 'project', 'OJEC', '회의 😀', '😀👍', '요, 오늘']
    for (const part of [...inside, '저녁'.normalize('NFD'), ' 회의 ', '오늘\n저녁']) {
      assert.deepEqual(await contents(MINA, part, { room_id }), [text], part)
    }
    for (const other of ['녕안', '안하', 'projectile', '저녁이', '😀😀']) {
      assert.deepEqual(await contents(MINA, other, { room_id }), [], other)
    }
  })

  test('English words are found by their stem, in whatever form', async () => {
    const room_id = openRoom()
    for (const text of ['I was running late', 'he runs', 'run!', 'Run하자', 'rune', 'happiness']) {
      await send(room_id, text)
    }
    const found = async (text: string) => (await contents(MINA, text, { room_id })).toReversed()
    assert.deepEqual(await found('running'), ['I was running late', 'he runs', 'run!', 'Run하자'])
    assert.deepEqual(await found('RUNS'), ['I was running late', 'he runs', 'run!', 'Run하자'])
    // Inside of a word as well.
    assert.ok((await found('run')).includes('rune'))
    assert.deepEqual(await found('happy'), ['happiness'])
    assert.deepEqual(await found('"running"'), ['I was running late'])
  })

  test('all words must be there, Korean and English, in any order', async () => {
    const room_id = openRoom()
    const text = '수요일 meetings 회의실 예약'
    await send(room_id, text)
    await send(room_id, '수요일 점심')
    await send(room_id, 'meeting 일정')
    for (const words of ['meeting 수요일', '회의 예약', '예약   MEETING', '회의 실']) {
      assert.deepEqual(await contents(MINA, words, { room_id }), [text], words)
    }
    assert.deepEqual(await contents(MINA, '수요일 meeting 점심', { room_id }), [])
  })

  test('in quotes a text is found as it stands, blanks included', async () => {
    const room_id = openRoom()
    await send(room_id, '오늘 저녁 어때')
    await send(room_id, '저녁 오늘 어때')
    assert.deepEqual(await contents(MINA, '"오늘  저녁"', { room_id }), ['오늘 저녁 어때'])
    assert.deepEqual(await contents(MINA, '"저녁 오늘" 어때', { room_id }), ['저녁 오늘 어때'])
  })

  test('a single letter narrows what other words find, and is refused alone', async () => {
    const room_id = openRoom()
    await send(room_id, '저녁에 밥')
    await send(room_id, '저녁에 술')
    assert.deepEqual(await contents(MINA, '저녁 밥', { room_id }), ['저녁에 밥'])
    for (const text of ['a', 'a ', '  ', '😀', '가'.normalize('NFD'), '가 나', '"', '" "']) {
      await assert.rejects(contents(MINA, text), { code: 'search_text_short' }, text)
    }
  })

  test('all pairs of a text do not make the text', async () => {
    const room_id = openRoom()
    await send(room_id, 'abab bcbc cabc')
    assert.deepEqual(await contents(MINA, 'abcab', { room_id }), [])
  })

  test('letters that mean something to a pattern or a query are plain letters', async () => {
    const room_id = openRoom()
    const texts = ['100% sure', '100 sure', 'snake_case', 'snakeXcase', 'a\\b', "it's", '{x}']
    for (const content of [...texts, 'r=1', "'r=2' | x", 'a:*b', '!a & (b)']) {
      await send(room_id, content)
    }
    const cases: [text: string, content: string][] = [
      ['0%', '100% sure'],
      ['e_c', 'snake_case'],
      ['a\\', 'a\\b'],
      ["t'", "it's"],
      ['{x', '{x}'],
      ['=1', 'r=1'],
      ["'r=2'", "'r=2' | x"],
      ['a:*', 'a:*b'],
      ['!a', '!a & (b)'],
      ['(b', '!a & (b)'],
    ]
    for (const [text, content] of cases) {
      assert.deepEqual(await contents(MINA, text, { room_id }), [content], text)
    }
    assert.deepEqual(await contents(MINA, '%%', { room_id }), [])
  })

  test('only rooms that the asker may read now are searched', async () => {
    const room_id = openRoom()
    await send(room_id, '비밀 이야기')
    assert.deepEqual(await contents(MINA, '비밀'), ['비밀 이야기'])
    assert.deepEqual(await contents(JUNHO, '비밀'), [])
    assert.deepEqual(await contents(JUNHO, '비밀', { room_id }), [])
    mayRead(JUNHO, { roomId: room_id, afterSeq: 0 })
    assert.deepEqual(await contents(JUNHO, '비밀'), ['비밀 이야기'])
    mayRead(JUNHO)
    assert.deepEqual(await contents(JUNHO, '비밀'), [])
  })

  test('who came later finds what was said since', async () => {
    const room_id = openRoom()
    await send(room_id, '회의 하나', { seq: 1 })
    await send(room_id, '회의 둘', { seq: 2 })
    await send(room_id, '회의 셋', { seq: undefined })
    mayRead(JUNHO, { roomId: room_id, afterSeq: 1 })
    assert.deepEqual(await contents(JUNHO, '회의'), ['회의 둘'])
    mayRead(JUNHO)
  })

  test('somebody in a thousand rooms finds in all of them, each message once', async () => {
    const room_id = openRoom()
    await send(room_id, '마지막 버스')
    const others = Array.from({ length: ROOMS_MANY }, (_, at) => 1_000_000 + at)
    mayRead(JUNHO, ...[...others, room_id].map((roomId) => ({ roomId, afterSeq: 0 })))
    assert.deepEqual(await contents(JUNHO, '버스'), ['마지막 버스'])
    mayRead(JUNHO)
  })

  test('pages hold the newest first, and lead through all of them', async () => {
    const [one, other] = [openRoom(), openRoom()]
    // Of those of one instant their ids decide.
    for (const [content, at] of [
      ['하나', 1],
      ['둘', 1],
      ['셋', 2],
      ['넷', 2],
      ['다섯', 3],
    ] as const) {
      const place = { message_id: content, created_at: sentAt(1_000 + at) }
      await send(content === '둘' ? other : one, `간식 ${content}`, place)
    }
    const all = await contents(MINA, '간식')
    assert.equal(all.length, 5)
    assert.equal(all[0], '간식 다섯')
    const paged: string[] = []
    let next: object | undefined = {}
    while (next !== undefined) {
      const page = await answer(MINA, '간식', { limit: 2, ...next })
      paged.push(...page.items.map(({ content }) => content))
      next = page.next
    }
    assert.deepEqual(paged, all)
    assert.deepEqual(await contents(MINA, '간식', { room_id: other }), ['간식 둘'])
  })

  test('a sender, and a stretch of time, narrow what is found', async () => {
    const room_id = openRoom()
    for (const [at, user_id] of [MINA, JUNHO, JUNHO].entries()) {
      await send(room_id, `택배 ${at}`, { user_id, created_at: sentAt(10_000 + at) })
    }
    const found = (query: object) => contents(MINA, '택배', { room_id, ...query })
    assert.deepEqual(await found({ sender_id: JUNHO }), ['택배 2', '택배 1'])
    assert.deepEqual(await found({ from: sentAt(10_001) }), ['택배 2', '택배 1'])
    assert.deepEqual(await found({ to: sentAt(10_001) }), ['택배 0'])
    assert.deepEqual(await found({ from: sentAt(10_001), to: sentAt(10_002) }), ['택배 1'])
    assert.deepEqual(await found({ from: '0000-01-01T00:00:00Z', to: sentAt(10_001) }), ['택배 0'])
    const wrongWay = found({ from: sentAt(10_002), to: sentAt(10_001) })
    await assert.rejects(wrongWay, { code: 'range_invalid' })
  })

  test('what is found says where, in units that a client can cut by', async () => {
    const room_id = openRoom()
    await send(room_id, '😀 저녁에  Running 하고 저녁 먹자')
    const [found] = await find(MINA, 'runs 저녁', { room_id })
    assert(found)
    const marked = found.highlights.map(({ start, end }) => found.content.slice(start, end))
    assert.deepEqual(marked, ['저녁', 'Running', '저녁'])
    assert.deepEqual(found.snippet, { start: 0, end: found.content.length })
  })

  test('the one index finds the candidates', async () => {
    const room_id = openRoom()
    await database().query(
      `insert into search_message
       select 'many' || n, $1::bigint, n, 1, text, text, now(),
         array_to_tsvector(array[substr(text, 1, 2), 'xy', 'r=' || $1::bigint]), '-infinity'
       from (select n, md5(n::text) as text from generate_series(1, $2::int) as n) as many`,
      [room_id, MESSAGES_MANY],
    )
    await database().query('analyze search_message')
    let plan = ''
    const explaining: Sql = {
      async query(text, values) {
        plan = JSON.stringify(await database().query(`explain ${text}`, values))
        return []
      },
    }
    await findMessages(explaining, {
      parts: [{ letters: '저녁에', stem: undefined }],
      rooms: [{ roomId: room_id, afterSeq: 0 }],
      senderId: undefined,
      fromMs: -Infinity,
      toMs: Infinity,
      beforeId: '',
      limit: 20,
    })
    assert.match(plan, /Index Scan on search_message_terms/)
  })
})
