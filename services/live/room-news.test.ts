// What each reader of a large room is told of its line, and when a stream follows one.
import assert from 'node:assert/strict'
import test from 'node:test'
import { roomChangeOf, roomNews } from './room-news.ts'

const data = { room_id: 3, user_id: 1, seq: 8, content: '안녕' }
const reader = (userId: number, joinedSeq = 0, muted = false) => ({ userId, joinedSeq, muted })
const said = { type: 'message', title: 'mina', data, userSeq: 5 }

test('a message is told to its sender as own, to who muted without alert', () => {
  const toldTo = roomNews(3, said)
  const told = [reader(1), reader(2), reader(4, 0, true)].map((one) => toldTo(one.userId, one))
  assert.deepEqual(
    told.map(({ type, title, isHidden }) => [type, title, isHidden]),
    [
      ['own_message', '', undefined],
      ['message', 'mina', undefined],
      ['message', '', undefined],
    ],
  )
  const [own] = told
  assert.deepEqual(JSON.parse(own?.text ?? ''), {
    type: 'own_message',
    title: '',
    data,
    room_id: 3,
  })
})

test('nobody is told what they may not read: it is only counted', () => {
  const toldTo = roomNews(3, said)
  const hidden = [toldTo(2, undefined), toldTo(2, reader(2, 8))]
  assert.deepEqual(
    hidden.map(({ isHidden, userSeq }) => [isHidden, userSeq]),
    [
      [true, 5],
      [true, 5],
    ],
  )
  assert.equal(toldTo(2, reader(2, 7)).isHidden, undefined)
})

test('the same words are one text for all who are told them', () => {
  const toldTo = roomNews(3, { ...said, type: 'message_edited', title: '' })
  assert.equal(toldTo(1, reader(1)), toldTo(2, reader(2, 0, true)))
})

test("a person's own line says when they come into a large room, and leave any", () => {
  const change = (type: string, more: object = {}) =>
    roomChangeOf({ type, title: '', data: { room_id: 3, ...more } })
  for (const type of ['room_created', 'room_joined']) {
    assert.equal(change(type), undefined)
    assert.deepEqual(change(type, { is_large: true }), ['entered', 3])
  }
  assert.deepEqual(change('room_enlarged'), ['entered', 3])
  assert.deepEqual(change('room_left'), ['left', 3])
  assert.equal(change('message', { is_large: true }), undefined)
})
