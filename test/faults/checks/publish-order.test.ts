// A key's events are published in the order of their commits.
import assert from 'node:assert/strict'
import test from 'node:test'
import { publishOrder } from './publish-order.ts'
import { eventOf, recordOf, trueHistory, violationsOf, withTruth } from './sample.ts'

test('a repeated batch behind the first one keeps the order', () => {
  const history = trueHistory()
  const again = { ...recordOf(1), offset: 2 }
  const records = [...history.truth.records, again]
  assert.deepEqual(violationsOf(publishOrder, withTruth(history, { records })), [])
})

test('an event before an earlier one of its key breaks it', () => {
  const records = [
    { ...recordOf(2), offset: 0 },
    { ...recordOf(1), offset: 1 },
  ]
  const broken = withTruth(trueHistory(), { records })
  assert.deepEqual(violationsOf(publishOrder, broken), [
    'message.events/7: e2 lies at 0, too early',
  ])
})

test('so does a room whose seq has a hole', () => {
  const history = withTruth(trueHistory(), {
    events: [eventOf(1), { ...eventOf(2), seq: 3 }],
  })
  assert.deepEqual(violationsOf(publishOrder, history), ['message.events/7: seq 3 comes after 1'])
})
