// One idempotency key, one result.
import assert from 'node:assert/strict'
import test from 'node:test'
import { doubleCommand } from './double-command.ts'
import { commandLines, eventOf, messageOf, trueHistory, violationsOf, withTruth } from './sample.ts'

test('a command that was asked again and answered the same is one', () => {
  const history = trueHistory()
  const again = { ...history, commands: [...history.commands, ...commandLines(1)] }
  assert.deepEqual(violationsOf(doubleCommand, again), [])
})

test('two rows, two events or two answers of one key are told', () => {
  const history = trueHistory()
  const twoRows = withTruth(history, { messages: [messageOf(1), { ...messageOf(1), seq: 3 }] })
  const twoEvents = withTruth(history, { events: [eventOf(1), { ...eventOf(1), eventId: 'x' }] })
  const [, ok] = commandLines(1)
  assert.ok(ok?.is === 'ok')
  const other = { ...ok, result: { message_id: 'other', seq: 9 } }
  const twoAnswers = { ...history, commands: [...history.commands, other] }
  for (const broken of [twoRows, twoEvents, twoAnswers]) {
    assert.equal(violationsOf(doubleCommand, broken).length, 1)
  }
})

test('who leaves twice without coming back, or is edited twice by one command, is told', () => {
  const history = trueHistory()
  const left = { ...eventOf(3), type: 'ChatRoomMemberLeft', subject: '7/3', seq: undefined }
  const joined = { ...left, eventId: 'e4', type: 'ChatRoomMemberJoined' }
  const again = { ...left, eventId: 'e5' }
  const edited = { ...left, type: 'MessageEdited', subject: 'c9' }
  const violations = (events: (typeof left)[]) =>
    violationsOf(doubleCommand, withTruth(history, { events }))
  assert.deepEqual(violations([left, joined, again, edited]), [])
  assert.equal(violations([left, again]).length, 1)
  assert.equal(violations([edited, { ...edited, eventId: 'e6' }]).length, 1)
})
