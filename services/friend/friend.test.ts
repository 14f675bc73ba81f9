// The state machine of a friendship, case by case.
import assert from 'node:assert/strict'
import test from 'node:test'
import { ask, barrier, blocked, decide, type FriendAction, type FriendState } from './friend.ts'

const [MINA, JUNHO, SORA] = [1, 2, 3]
const request = (state: FriendState) => ({ requester_id: MINA, addressee_id: JUNHO, state })

test('who may do what with an open request', () => {
  const cases: [number, FriendAction, string][] = [
    [JUNHO, 'accept', 'accepted'],
    [JUNHO, 'reject', 'rejected'],
    [JUNHO, 'cancel', 'not_allowed'],
    [MINA, 'cancel', 'cancelled'],
    [MINA, 'accept', 'not_allowed'],
    [MINA, 'reject', 'not_allowed'],
    [SORA, 'accept', 'not_found'],
    [SORA, 'reject', 'not_found'],
    [SORA, 'cancel', 'not_found'],
  ]
  for (const [userId, action, expected] of cases) {
    const { outcome, problem } = decide(request('requested'), userId, action)
    assert.equal(outcome ?? problem, expected, `${userId} ${action}`)
  }
})

test('a decided request stays as it is, and one that never was is like a foreign one', () => {
  for (const state of ['accepted', 'rejected', 'cancelled', 'removed'] as const) {
    assert.equal(decide(request(state), JUNHO, 'accept').problem, 'request_closed')
    assert.equal(decide(request(state), MINA, 'cancel').problem, 'request_closed')
    assert.equal(decide(request(state), SORA, 'accept').problem, 'not_found')
  }
  assert.equal(decide(undefined, JUNHO, 'accept').problem, 'not_found')
})

const between = (open?: ReturnType<typeof request>, ...blockerIds: number[]) => ({
  open,
  blockerIds,
})

test('asking is a request, or friends at once when the other has asked', () => {
  assert.equal(ask(between(), MINA, JUNHO).outcome, 'request')
  assert.equal(ask(between(request('requested')), JUNHO, MINA).outcome, 'accept')
  assert.equal(ask(between(request('requested')), MINA, JUNHO).problem, 'request_open')
  assert.equal(ask(between(request('accepted')), MINA, JUNHO).problem, 'already_friends')
  assert.equal(ask(between(request('accepted')), JUNHO, MINA).problem, 'already_friends')
  assert.equal(ask(between(), MINA, MINA).problem, 'yourself')
})

test('to the blocked one the other is like somebody unknown, to who blocks it is said', () => {
  assert.equal(ask(between(undefined, MINA), MINA, JUNHO).problem, 'person_blocked')
  assert.equal(ask(between(undefined, MINA), JUNHO, MINA).problem, 'not_found')
  assert.equal(ask(between(undefined, MINA, JUNHO), JUNHO, MINA).problem, 'person_blocked')
  assert.equal(barrier([], MINA), undefined)
})

test('a block ends a friendship, takes back an own request, and rejects one of the other', () => {
  assert.equal(blocked(request('accepted'), MINA), 'removed')
  assert.equal(blocked(request('accepted'), JUNHO), 'removed')
  assert.equal(blocked(request('requested'), MINA), 'cancelled')
  assert.equal(blocked(request('requested'), JUNHO), 'rejected')
})
