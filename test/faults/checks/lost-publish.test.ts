// Every committed event is in the log.
import assert from 'node:assert/strict'
import test from 'node:test'
import { lostPublish } from './lost-publish.ts'
import { recordOf, trueHistory, violationsOf, withTruth } from './sample.ts'

test('events with a record each are published, also with two', () => {
  const history = trueHistory()
  assert.deepEqual(violationsOf(lostPublish, history), [])
  const records = [...history.truth.records, recordOf(1)]
  assert.deepEqual(violationsOf(lostPublish, withTruth(history, { records })), [])
})

test('an event without a record is lost, marked as sent or not', () => {
  const broken = withTruth(trueHistory(), { records: [recordOf(1)] })
  assert.deepEqual(violationsOf(lostPublish, broken), ['MessageSent e2 of message.events (sent)'])
})
