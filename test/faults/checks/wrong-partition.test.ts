// A key lies in one partition: the one that Java's client would choose.
import assert from 'node:assert/strict'
import test from 'node:test'
import { wrongPartition } from './wrong-partition.ts'
import { recordOf, trueHistory, violationsOf, withTruth } from './sample.ts'

test('a key where murmur2 puts it is right', () => {
  assert.deepEqual(violationsOf(wrongPartition, trueHistory()), [])
})

test('a key anywhere else is wrong', () => {
  const broken = withTruth(trueHistory(), { records: [{ ...recordOf(1), partition: 4 }] })
  const [said] = violationsOf(wrongPartition, broken)
  assert.equal(said, 'key 7 of message.events lies in 4, at 0')
})
