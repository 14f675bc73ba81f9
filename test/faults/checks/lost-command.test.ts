// An accepted command is kept, or the check says which one is not.
import assert from 'node:assert/strict'
import test from 'node:test'
import { lostCommand } from './lost-command.ts'
import { trueHistory, violationsOf, withTruth } from './sample.ts'

test('a message with its row and its event is kept', () => {
  assert.deepEqual(violationsOf(lostCommand, trueHistory()), [])
})

test('a message without its row, or without its event, is lost', () => {
  const history = trueHistory()
  const { messages, events } = history.truth
  const withoutRow = withTruth(history, { messages: messages.slice(0, 1) })
  const withoutEvent = withTruth(history, { events: events.slice(0, 1) })
  for (const broken of [withoutRow, withoutEvent]) {
    assert.deepEqual(violationsOf(lostCommand, broken), ['message c2 was accepted and is gone'])
  }
})

test('a read marker that went back is a lost command', () => {
  const history = trueHistory()
  const stamp = { atUs: 0, wallMs: 0, command: 'r' }
  const invoke = { ...stamp, is: 'invoke', kind: 'read', userId: 2, roomId: 7 } as const
  const ok = { ...stamp, is: 'ok', api: 'api-1', tries: 1, result: { read_seq: 3 } } as const
  const broken = { ...history, commands: [...history.commands, invoke, ok] }
  assert.deepEqual(violationsOf(lostCommand, broken), ['read r was accepted and is gone'])
})
