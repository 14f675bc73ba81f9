// An accepted command is kept, or the check says which one is not.
import assert from 'node:assert/strict'
import test from 'node:test'
import { lostCommand } from './lost-command.ts'
import { eventOf, messageOf, trueHistory, violationsOf, withTruth } from './sample.ts'

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

const STAMP = { atUs: 0, wallMs: 0 }

test('an edit and a deletion without their events are lost', () => {
  const history = trueHistory()
  const commands = (['edit', 'delete'] as const).flatMap((kind) => {
    const invoke = { ...STAMP, is: 'invoke', command: kind, kind, userId: 1, roomId: 7 } as const
    const result = { message_id: 'm1', seq: 1 }
    return [invoke, { ...STAMP, is: 'ok', command: kind, api: 'api-1', tries: 1, result } as const]
  })
  const changed = { ...history, commands: [...history.commands, ...commands] }
  assert.deepEqual(violationsOf(lostCommand, changed), [
    'edit edit was accepted and is gone',
    'delete delete was accepted and is gone',
  ])
  const events = [
    ...history.truth.events,
    { ...eventOf(1), type: 'MessageEdited', subject: 'edit' },
    { ...eventOf(1), type: 'MessageDeleted' },
  ]
  const buried = [{ ...messageOf(1), content: '' }, messageOf(2)]
  assert.deepEqual(violationsOf(lostCommand, withTruth(changed, { events, messages: buried })), [])
  assert.deepEqual(violationsOf(lostCommand, withTruth(changed, { events })), [
    'delete delete was accepted and is gone',
  ])
})

test('who comes and goes has an event for each time', () => {
  const history = trueHistory()
  const commands = ['one', 'two'].flatMap((command) => {
    const move = { kind: 'leave', userId: 1, roomId: 7, guestId: 3 } as const
    const invoke = { ...STAMP, is: 'invoke', command, ...move } as const
    return [invoke, { ...STAMP, is: 'ok', command, api: 'api-1', tries: 1, result: {} } as const]
  })
  const moved = { ...history, commands: [...history.commands, ...commands] }
  const left = { ...eventOf(3), type: 'ChatRoomMemberLeft', subject: '7/3', seq: undefined }
  const events = [...history.truth.events, left]
  assert.deepEqual(violationsOf(lostCommand, withTruth(moved, { events })), [
    'leave two was accepted and is gone',
  ])
})
