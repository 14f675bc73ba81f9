// What was accepted is applied and told in the end.
import assert from 'node:assert/strict'
import test from 'node:test'
import { unseen } from './unseen.ts'
import { eventOf, trueHistory, violationsOf, withTruth } from './sample.ts'

test('a run at rest has nothing unseen', () => {
  assert.deepEqual(violationsOf(unseen, trueHistory()), [])
})

test('an unsent event, a group behind and a reader behind are told', () => {
  const history = trueHistory()
  const unsent = withTruth(history, { events: [eventOf(1), { ...eventOf(2), isSent: false }] })
  const [position] = history.truth.positions
  assert.ok(position)
  const behind = withTruth(history, { positions: [{ ...position, committed: 1 }] })
  const untold = { ...history, streams: history.streams.slice(0, -1) }
  for (const broken of [unsent, behind, untold]) {
    assert.equal(violationsOf(unseen, broken).length, 1)
  }
})
