// Messages as they are edited and deleted, on PostgreSQL inside the process.
import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { CONTENT_LENGTH_MAX, listMessages, listRooms, sendMessage } from '@sosik/contract/chat'
import { migrate } from 'sosik/postgres'
import { scratchPglite } from 'sosik/testing'
import { openStage } from './stage.ts'

const notFound = { name: 'Problem', code: 'not_found' }
const notAllowed = { name: 'Problem', code: 'not_allowed' }
const PEOPLE = 100
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

const history = async (userId: number, room_id: number) =>
  (await stage.ask(listMessages, userId, { params: { room_id } })).items

test('an edit is in the answers from then on, and told with all that it says', async () => {
  const { room_id } = await stage.open('direct', mina, junho)
  const sent = await stage.send(mina, room_id, '여섯 시')
  stage.news()
  const edited = await stage.edit(mina, sent, '일곱 시'.normalize('NFD'))
  assert.deepEqual(edited, { ...sent, content: '일곱 시', edited_at: edited.edited_at })
  assert.equal(typeof edited.edited_at, 'string')
  const { message_id, user_id, seq, content, edited_at } = edited
  assert.deepEqual(stage.news(), [
    { name: 'MessageEdited', data: { message_id, room_id, user_id, seq, content, edited_at } },
  ])
  assert.deepEqual(await history(junho, room_id), [edited])
  assert.deepEqual((await stage.room(junho, room_id)).last_message, edited)
  assert.deepEqual((await stage.ask(listRooms, junho)).items[0]?.last_message, edited)
})

test('an edit that changes nothing is no edit', async () => {
  const { room_id } = await stage.open('direct', mina, junho)
  const sent = await stage.send(mina, room_id, '안녕')
  stage.news()
  assert.deepEqual(await stage.edit(mina, sent, '안녕'.normalize('NFD')), sent)
  assert.deepEqual(stage.news(), [])
})

test('what a message said before is kept nowhere', async () => {
  const { room_id } = await stage.open('direct', mina, junho)
  const sent = await stage.send(mina, room_id, 'password 1234')
  await stage.edit(mina, sent, 'never mind')
  const rows = await database.query('select * from chat_message where id = $1', [sent.message_id])
  assert.doesNotMatch(JSON.stringify(rows), /1234/)
})

test('only the author edits, only a text, only what is not deleted', async () => {
  const { room_id } = await stage.open('group', mina, junho)
  const sent = await stage.send(junho, room_id, 'a')
  const body = { client_message_id: 'i', content: 'https://a.kr/b.png', message_type: 'image' }
  const image = await stage.ask(sendMessage, junho, { params: { room_id }, body })
  stage.news()
  await assert.rejects(stage.edit(mina, sent, 'b'), notAllowed)
  await assert.rejects(stage.edit(junho, image, 'b'), { code: 'message_not_text' })
  const growing = '\ufb2c'.repeat(CONTENT_LENGTH_MAX / 2)
  await assert.rejects(stage.edit(junho, sent, growing), { code: 'body_invalid' })
  await stage.erase(junho, sent)
  stage.news()
  await assert.rejects(stage.edit(junho, sent, 'b'), { code: 'message_deleted' })
  assert.deepEqual(stage.news(), [])
})

test('a deleted message is a tombstone: its seq stays, its text is gone from the row', async () => {
  const { room_id } = await stage.open('direct', mina, junho)
  const sent = await stage.send(mina, room_id, 'password 1234')
  stage.news()
  const tombstone = await stage.erase(mina, sent)
  assert.deepEqual(tombstone, { ...sent, content: '', deleted_at: tombstone.deleted_at })
  const { message_id, user_id, seq, deleted_at } = tombstone
  const data = { message_id, room_id, user_id, seq, deleted_by_id: mina, deleted_at }
  assert.deepEqual(stage.news(), [{ name: 'MessageDeleted', data }])
  assert.deepEqual(await history(junho, room_id), [tombstone])
  assert.deepEqual((await stage.room(junho, room_id)).last_message, tombstone)
  const [row] = await database.query('select content, body_hash from chat_message where id = $1', [
    message_id,
  ])
  assert.deepEqual(row, { content: '', body_hash: null })
  assert.equal((await stage.send(mina, room_id, 'next')).seq, 2)
  assert.equal((await stage.room(junho, room_id)).unread, 2)
})

test('deleting twice is deleting once', async () => {
  const { room_id } = await stage.open('direct', mina, junho)
  const sent = await stage.send(mina, room_id, 'a')
  const tombstone = await stage.erase(mina, sent)
  stage.news()
  assert.deepEqual(await stage.erase(mina, sent), tombstone)
  assert.deepEqual(stage.news(), [])
})

test('the owner of a group deletes what others said; in a direct room nobody does', async () => {
  const group = await stage.open('group', mina, junho, sora)
  const sent = await stage.send(junho, group.room_id, 'a')
  await assert.rejects(stage.erase(sora, sent), notAllowed)
  stage.news()
  assert.equal((await stage.erase(mina, sent)).content, '')
  const [gone] = stage.news()
  assert.deepEqual([gone?.data.user_id, gone?.data.deleted_by_id], [junho, mina])
  const pair = await stage.open('direct', mina, junho)
  await assert.rejects(stage.erase(mina, await stage.send(junho, pair.room_id, 'b')), notAllowed)
})

test('what one may not read, one can neither edit nor delete nor learn of', async () => {
  const { room_id } = await stage.open('group', mina, junho)
  const other = await stage.open('group', mina, junho)
  const sent = await stage.send(mina, room_id, 'a')
  const before = await stage.send(junho, room_id, 'b')
  await stage.leave(junho, room_id)
  await stage.invite(mina, room_id, junho)
  stage.news()
  const places = [
    { ...sent, message_id: 'unknown' },
    { ...sent, room_id: other.room_id },
    { ...sent, room_id: 1_000_000 },
  ]
  for (const [userId, place] of [
    [sora, sent] as const,
    [junho, before] as const,
    ...places.map((place) => [mina, place] as const),
  ]) {
    await assert.rejects(stage.edit(userId, place, 'x'), notFound)
    await assert.rejects(stage.erase(userId, place), notFound)
  }
  assert.deepEqual(stage.news(), [])
})

test('a client id stands for what it said first, whatever became of the message', async () => {
  const { room_id } = await stage.open('direct', mina, junho)
  const sent = await stage.send(mina, room_id, 'first', 'a1')
  const edited = await stage.edit(mina, sent, 'second')
  assert.deepEqual(await stage.send(mina, room_id, 'first', 'a1'), edited)
  await assert.rejects(stage.send(mina, room_id, 'second', 'a1'), { code: 'message_conflict' })
  const tombstone = await stage.erase(mina, sent)
  assert.deepEqual(await stage.send(mina, room_id, 'first', 'a1'), tombstone)
  assert.deepEqual(await history(junho, room_id), [tombstone])
})

test('a message that was sent before bodies were hashed keeps its client id', async () => {
  const older = await scratchPglite()
  const { migrations } = stage.chat
  await migrate(older, migrations.slice(0, 2))
  await older.query(
    `insert into chat_profile values (1, 'a', '', '', now()), (2, 'b', '', '', now())`,
  )
  await older.query(`insert into chat_room
    (room_type, name, low_user_id, high_user_id, spoken_at, created_by, last_seq)
    values ('direct', '', 1, 2, now(), 1, 1)`)
  await older.query(`insert into chat_member (room_id, user_id, username, joined_at)
    values (1, 1, 'a', now()), (1, 2, 'b', now())`)
  await older.query(`insert into chat_message
    values (1, 1, 'm1', 1, 'a1', 'text', '안녕', '2026-01-27T12:00:00Z')`)
  const later = await openStage(older, 2)
  assert.equal((await later.send(1, 1, '안녕', 'a1')).message_id, 'm1')
  await assert.rejects(later.send(1, 1, '안녕!', 'a1'), { code: 'message_conflict' })
  await older.close()
})
