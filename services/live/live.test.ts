// The rules of the last mile: cursors, where a stream resumes, and what a frame looks like.
import assert from 'node:assert/strict'
import test from 'node:test'
import {
  bellText,
  CURSOR_ROOMS_MAX,
  formatCursor,
  frame,
  heardFrom,
  lineFrame,
  parseCursor,
  REPLAY_EVENTS_MAX,
  type ResyncReason,
  resumeAt,
  roomFrame,
  roomText,
} from './live.ts'

const head = { epoch: 'a1', userSeq: 10 }

test('a stream resumes after its cursor, or says why it cannot', () => {
  const cases: [string | undefined, number, ResyncReason | undefined][] = [
    [undefined, 10, undefined],
    ['a1.10', 10, undefined],
    ['a1.7', 7, undefined],
    ['a1.0', 0, undefined],
    ['a1.11', 10, 'ahead'],
    ['b2.7', 10, 'epoch_changed'],
    ['7', 10, 'cursor_invalid'],
    ['a1.-7', 10, 'cursor_invalid'],
    ['', 10, 'cursor_invalid'],
  ]
  for (const [lastEventId, from, resync] of cases) {
    assert.deepEqual(resumeAt(lastEventId, head), { from, resync }, lastEventId)
  }
})

test('a person who was never told anything resumes at zero', () => {
  assert.deepEqual(resumeAt('a1.0', { epoch: 'a1', userSeq: 0 }), { from: 0, resync: undefined })
})

test('who is too far behind takes a snapshot instead of a very long replay', () => {
  const far = { epoch: 'a1', userSeq: REPLAY_EVENTS_MAX + 5 }
  assert.equal(resumeAt('a1.5', far).resync, undefined)
  assert.deepEqual(resumeAt('a1.4', far), { from: far.userSeq, resync: 'too_far_behind' })
})

test("the bell carries the document's three fields and the place in the line", () => {
  const news = { type: 'message', title: 'mina', data: { room_id: 3 }, userSeq: 8 }
  assert.deepEqual(JSON.parse(bellText('a1', news)), {
    type: 'message',
    title: 'mina',
    data: { room_id: 3 },
    id: 'a1.8',
  })
})

test('what the bell says is heard again, with its text for the frame', () => {
  const news = { type: 'message', title: 'mina', data: { room_id: 3 } }
  const text = bellText('a1', { ...news, userSeq: 8 })
  assert.deepEqual(heardFrom(text), { news, place: { epoch: 'a1', userSeq: 8, text } })
  assert.deepEqual(heardFrom(JSON.stringify(news)), { news, place: undefined })
})

test('a frame says the same by the bell and by the table', () => {
  const news = { type: 'message', title: 'mina', data: { room_id: 3 }, userSeq: 8 }
  const place = { epoch: 'a1', userSeq: 8 }
  assert.equal(lineFrame(place, { ...news, text: bellText('a1', news) }), lineFrame(place, news))
})

test('a line break inside the data cannot break a frame', () => {
  const news = { type: 'message', title: 'a\nb', data: { content: 'x\n\nevent: y' } }
  assert.equal(frame(news).split('\n').length, 4)
  const text = lineFrame({ epoch: 'a1', userSeq: 8 }, { ...news, userSeq: 8 })
  assert.equal(text.split('\n').length, 5)
  assert.ok(text.startsWith('id: a1.8\nevent: message\ndata: {'))
})

test('only an id of ours is a cursor', () => {
  assert.deepEqual(parseCursor('0f.12'), { epoch: '0f', userSeq: 12 })
  for (const text of ['0f', '.1', '0f.', '0g.1', '0f.1.2', `0f.${'9'.repeat(16)}`]) {
    assert.equal(parseCursor(text), undefined, text)
  }
})

test('a cursor has a place in each of the large rooms, fifty at most', () => {
  const rooms = new Map([
    [5, 33],
    [9, 0],
  ])
  assert.equal(formatCursor({ ...head, rooms }), 'a1.10~5.33~9.0')
  assert.deepEqual(parseCursor('a1.10~5.33~9.0'), { ...head, rooms })
  const many = new Map(Array.from({ length: CURSOR_ROOMS_MAX + 1 }, (_, at) => [at + 1, at]))
  const parsed = parseCursor(formatCursor({ ...head, rooms: many }))
  assert.deepEqual([...(parsed?.rooms ?? [])], [...many].slice(0, CURSOR_ROOMS_MAX))
  for (const text of ['a1.10~', 'a1.10~5', 'a1.10~5.', 'a1.10~5.1~', `a1.1${'~5.1'.repeat(51)}`]) {
    assert.equal(parseCursor(text), undefined, text)
  }
})

test('a large room goes on after its own place, or is read anew', () => {
  const far = REPLAY_EVENTS_MAX + 7
  const rooms = new Map([
    [1, 4],
    [2, 4],
    [3, far],
    [4, 4],
  ])
  const { from, rooms: froms } = resumeAt('a1.7~1.3~2.5~3.6~8.1', { ...head, rooms })
  assert.equal(from, 7)
  assert.deepEqual(
    [...(froms ?? [])],
    [
      [1, 3],
      [2, undefined],
      [3, undefined],
      [4, undefined],
    ],
  )
  assert.deepEqual(resumeAt('a1.11~1.3', { ...head, rooms }).rooms, rooms)
})

test("what a large room's line tells is no place in the person's own", () => {
  const text = roomText(5, { type: 'message', title: 'mina', data: { seq: 1 } })
  const place = { epoch: 'a1', userSeq: 8, rooms: new Map([[5, 2]]) }
  assert.equal(
    roomFrame(place, 5, 'message', text),
    `id: a1.8~5.2\nevent: message\ndata: ${text}\n\n`,
  )
  assert.equal(roomFrame(place, 6, 'message', text), `event: message\ndata: ${text}\n\n`)
})
