// What search hears: sendings, edits and deletions in any order, and what was indexed before.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { MessageSent } from '@sosik/contract/chat'
import { searchMessages } from '@sosik/contract/search'
import type { DomainEvent } from 'sosik'
import { migrate, type Transaction } from 'sosik/postgres'
import { deliveryOf } from 'sosik/testing'
import { ask, DATABASES, hear } from '../rehearsal.ts'
import { searchService } from './index.ts'
import { MINA, onBothDatabases, sentAt } from './stage.ts'

onBothDatabases(({ database, search, openRoom, send, hear, find, contents }) => {
  test('a message is found once, with all that leads to it', async () => {
    const room_id = openRoom()
    const message_id = await send(room_id, '반가워', { seq: 7 })
    await send(room_id, '반가워', { message_id, seq: 7 })
    const [found, ...more] = await find(MINA, '반가워', { room_id })
    assert.deepEqual(more, [])
    assert.equal(found?.message_id, message_id)
    assert.equal(found?.seq, 7)
    await send(room_id, '잘 지내', { seq: undefined })
    const [unplaced] = await find(MINA, '지내', { room_id })
    assert(unplaced && !('seq' in unplaced))
  })

  /** The story of a message, and ways to hear parts of it again. */
  const story = (room_id: number) => {
    const message_id = randomUUID()
    const of = { message_id, room_id }
    const said = (event: string, data: object) => () => hear(event, { ...of, ...data })
    return {
      message_id,
      sent: () => send(room_id, '저녁 여섯 시', of),
      edited: said('MessageEdited', { content: '저녁 일곱 시', edited_at: sentAt(50_000) }),
      again: said('MessageEdited', { content: '저녁 여덟 시', edited_at: sentAt(60_000) }),
      deleted: said('MessageDeleted', {}),
    }
  }

  test('an edited text is found by what it says now, a deleted one by nothing', async () => {
    const room_id = openRoom()
    const { message_id, sent, edited, deleted } = story(room_id)
    await sent()
    await edited()
    assert.deepEqual(await contents(MINA, '여섯', { room_id }), [])
    assert.deepEqual(await contents(MINA, '일곱', { room_id }), ['저녁 일곱 시'])
    await deleted()
    assert.deepEqual(await contents(MINA, '일곱', { room_id }), [])
    const [row] = await database().query('select * from search_message where message_id = $1', [
      message_id,
    ])
    assert.doesNotMatch(JSON.stringify(row), /저녁|일곱/)
  })

  test('the last word counts, in whatever order and however often it is heard', async () => {
    const room_id = openRoom()
    const { sent, edited, again, deleted } = story(room_id)
    const now = () => contents(MINA, '저녁', { room_id })
    await again()
    await edited()
    assert.deepEqual(await now(), [])
    await sent()
    assert.deepEqual(await now(), ['저녁 여덟 시'])
    for (const one of [sent, edited]) await one()
    assert.deepEqual(await now(), ['저녁 여덟 시'])
    await deleted()
    for (const one of [sent, edited, again, deleted]) await one()
    assert.deepEqual(await now(), [])
  })

  test('what is deleted before its sending is heard is never found', async () => {
    const room_id = openRoom()
    const { sent, edited, deleted } = story(room_id)
    for (const one of [deleted, edited, sent]) await one()
    assert.deepEqual(await contents(MINA, '저녁', { room_id }), [])
  })

  test('what many rooms say is stored by one statement a transaction', async () => {
    const { handlers } = search().hears[0] ?? {}
    const rooms = [openRoom(), openRoom(), openRoom()]
    let statements = 0
    await database().transaction(async (tx) => {
      const counting: Transaction = {
        ...tx,
        query(text, values) {
          statements += 1
          return tx.query(text, values)
        },
      }
      for (const room_id of rooms) {
        const data = { ...MessageSent.example, room_id, message_id: randomUUID(), content: '우산' }
        const context = { tx: counting, ...deliveryOf() }
        await handlers?.['MessageSent']?.(eventOf(data), context)
      }
    })
    assert.equal(statements, 1)
    assert.equal((await find(MINA, '우산')).length, rooms.length)
  })

  test('half a letter is stored as the sign for what cannot be read', async () => {
    const room_id = openRoom()
    await send(room_id, '반쪽 \ud83d 글자')
    assert.deepEqual(await contents(MINA, '반쪽', { room_id }), ['반쪽 \ufffd 글자'])
  })

  test('addresses of images and files are not searched', async () => {
    const room_id = openRoom()
    await send(room_id, 'https://example.com/a.png', { message_type: 'image' })
    await send(room_id, 'https://example.com/a.pdf', { message_type: 'file' })
    assert.deepEqual(await contents(MINA, 'example', { room_id }), [])
  })
})

for (const [name, open] of DATABASES) {
  test(`what was indexed before there were lexemes is found, ${name}`, async () => {
    const database = await open()
    try {
      const readableRooms = async () => [{ roomId: 1, afterSeq: 0 }]
      const search = searchService({ database, readableRooms })
      await migrate(database, search.migrations.slice(0, 1))
      await database.query(
        `insert into search_message values
           ('a', 1, 1, 1, 'Running 저녁', 'running 저녁', '{"ru","un","nn","ni","in","ng","g ",` +
          `" 저","저녁"}', now()),
           ('b', 1, 2, 1, '', '', '{}', now())`,
      )
      await migrate(database, search.migrations)
      for (const text of ['runs', '저녁', 'ning']) {
        const { items } = await ask(search, searchMessages, MINA, { query: { text } })
        assert.deepEqual(
          items.map((one) => one.message_id),
          ['a'],
          text,
        )
      }
      // The deleted one stays deleted.
      await hear(search, database, 'MessageEdited', { message_id: 'b', room_id: 1 })
      const { items } = await ask(search, searchMessages, MINA, { query: { text: '안녕' } })
      assert.deepEqual(items, [])
    } finally {
      await database.close()
    }
  })
}

function eventOf(data: object): DomainEvent {
  const position = { topic: MessageSent.topic.name, partition: 0, offset: 0n }
  const at = { time: sentAt(0), key: '1', position }
  return { type: 'MessageSent', id: randomUUID(), ...at, data: { ...data } }
}
