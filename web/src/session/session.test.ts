// What only the page knows: who is typing for how long, and what was said but stands nowhere yet.
import assert from 'node:assert/strict'
import test from 'node:test'
import { type Pending, stillPending, untried, withError } from './pending.ts'
import { applyToTyping, stillTyping } from './typing.ts'

const event = (type: string, data: Record<string, unknown>) => ({
  id: undefined,
  type,
  title: '',
  data,
})

test('somebody types until the time is over, or until they say something', () => {
  const told = event('typing', { room_id: 3, user_id: 1, typing_ms: 5_000 })
  const first = applyToTyping([], told, 1_000)
  assert.deepEqual(first, [{ roomId: 3, userId: 1, untilMs: 6_000 }])
  assert.deepEqual(applyToTyping(first, told, 2_000), [{ roomId: 3, userId: 1, untilMs: 7_000 }])
  assert.equal(stillTyping(first, 5_999), first)
  assert.deepEqual(stillTyping(first, 6_000), [])
  assert.deepEqual(applyToTyping(first, event('message', { room_id: 3, user_id: 1 }), 2_000), [])
})

test('what others say elsewhere stops nobody from typing', () => {
  const typing = [{ roomId: 3, userId: 1, untilMs: 6_000 }]
  for (const data of [
    { room_id: 4, user_id: 1 },
    { room_id: 3, user_id: 2 },
  ]) {
    assert.equal(applyToTyping(typing, event('message', data), 2_000), typing)
  }
  assert.equal(applyToTyping(typing, event('presence', { people: [] }), 2_000), typing)
})

const pending = (clientMessageId: string): Pending => ({ roomId: 3, clientMessageId, content: 'x' })
const open = (...ids: string[]) => ({
  open: [
    {
      room_id: 3,
      end_seq: ids.length,
      has_older: false,
      messages: ids.map((client_message_id, at) => ({
        message_id: client_message_id,
        room_id: 3,
        seq: at + 1,
        user_id: 1,
        content: 'x',
        message_type: 'text' as const,
        client_message_id,
        created_at: '2026-11-30T12:00:00.000Z',
      })),
    },
  ],
})

test('what was said is pending until it stands in the history', () => {
  const both = [pending('a'), pending('b')]
  assert.equal(stillPending(both, open()), both)
  assert.deepEqual(stillPending(both, open('a')), [pending('b')])
})

test('what failed says why until it is tried again', () => {
  const failed = withError([pending('a'), pending('b')], pending('a'), 'away')
  assert.deepEqual(failed, [{ ...pending('a'), error: 'away' }, pending('b')])
  assert.deepEqual(failed.map(untried), [pending('a'), pending('b')])
})
