// Commits go forward, over what is done and nothing else.
import assert from 'node:assert/strict'
import test from 'node:test'
import { offsets } from './offsets.ts'
import { at, commitLine, doneLine, trueHistory, violationsOf } from './sample.ts'

test('a commit over done records is right', () => {
  assert.deepEqual(violationsOf(offsets, trueHistory()), [])
})

test('a commit over a record that is done later, or never, is a jump', () => {
  const history = trueHistory()
  const later = { ...history, workers: [doneLine(0, 1), commitLine(2, 2), doneLine(1, 3)] }
  const never = { ...history, workers: [doneLine(0, 1), commitLine(2, 2)] }
  assert.match(violationsOf(offsets, later).join(), /1 was done later/)
  assert.match(violationsOf(offsets, never).join(), /1 was never done/)
})

test('a committed offset that the brokers give lower than before has gone back', () => {
  const { writer: _, ...place } = at
  const look = (offset: number) =>
    ({ ...place, atUs: 0, wallMs: 0, is: 'committed', offset }) as const
  const history = { ...trueHistory(), probes: [look(2), look(1)] }
  assert.match(violationsOf(offsets, history).join(), /from 2 back to 1/)
})
