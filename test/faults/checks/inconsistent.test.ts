// One event id has one payload, one place one record.
import assert from 'node:assert/strict'
import test from 'node:test'
import { inconsistent } from './inconsistent.ts'
import { effectOf, recordOf, trueHistory, violationsOf, withTruth } from './sample.ts'

test('a record that was published twice alike is consistent', () => {
  const history = trueHistory()
  const records = [...history.truth.records, { ...recordOf(1), offset: 2 }]
  const twice = withTruth(history, { records, countedByJava: 3 })
  assert.deepEqual(violationsOf(inconsistent, twice), [])
})

test("another payload, another reader's view and another count are told", () => {
  const history = trueHistory()
  const records = [recordOf(1), { ...recordOf(2), hash: 'other' }]
  const seen = [effectOf(1), { ...effectOf(2), eventId: 'x' }]
  for (const part of [{ records }, { effects: seen }, { countedByJava: 1 }]) {
    assert.equal(violationsOf(inconsistent, withTruth(history, part)).length, 1)
  }
})
