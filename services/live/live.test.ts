// The rules of the last mile: cursors, where a stream resumes, and what a frame looks like.
import assert from 'node:assert/strict'
import test from 'node:test'
import { bellText, frame, parseCursor, type ResyncReason, resumeAt } from './live.ts'

const line = { head: { epoch: 'a1', userSeq: 10 }, oldest: 4 }

test('a stream resumes after its cursor, or says why it cannot', () => {
  const cases: [string | undefined, number, ResyncReason | undefined][] = [
    [undefined, 10, undefined],
    ['a1.10', 10, undefined],
    ['a1.7', 7, undefined],
    ['a1.3', 3, undefined],
    ['a1.2', 10, 'too_old'],
    ['a1.11', 10, 'ahead'],
    ['b2.7', 10, 'epoch_changed'],
    ['7', 10, 'cursor_invalid'],
    ['a1.-7', 10, 'cursor_invalid'],
    ['', 10, 'cursor_invalid'],
  ]
  for (const [lastEventId, from, resync] of cases) {
    assert.deepEqual(resumeAt(lastEventId, line), { from, resync }, lastEventId)
  }
})

test('a person who was never told anything resumes at zero', () => {
  const empty = { head: { epoch: 'a1', userSeq: 0 }, oldest: undefined }
  assert.deepEqual(resumeAt('a1.0', empty), { from: 0, resync: undefined })
})

test('a line whose events were all purged asks for a snapshot, unless nothing was missed', () => {
  const purged = { head: { epoch: 'a1', userSeq: 10 }, oldest: undefined }
  assert.equal(resumeAt('a1.9', purged).resync, 'too_old')
  assert.equal(resumeAt('a1.10', purged).resync, undefined)
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

test('a line break inside the data cannot break a frame', () => {
  const text = frame({ type: 'message', title: 'a\nb', data: { content: 'x\n\nevent: y' } }, 'a1.8')
  assert.equal(text.split('\n').length, 5)
  assert.ok(text.startsWith('id: a1.8\nevent: message\ndata: {'))
})

test('only an id of ours is a cursor', () => {
  assert.deepEqual(parseCursor('0f.12'), { epoch: '0f', userSeq: 12 })
  for (const text of ['0f', '.1', '0f.', '0g.1', '0f.1.2', `0f.${'9'.repeat(16)}`]) {
    assert.equal(parseCursor(text), undefined, text)
  }
})
