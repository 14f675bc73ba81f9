// The flaws fit the product as it is now, and each names a check that there is.
import assert from 'node:assert/strict'
import test from 'node:test'
import { read } from '../../house/tree.ts'
import { CHECKS } from '../checks/checks.ts'
import { kindOf } from '../nemesis/kinds.ts'
import { edited } from './copy.ts'
import { type Edit, FLAWS } from './flaws.ts'

const SECONDS_MAX = 60

test('there are twelve, and each stands in its place once', () => {
  assert.equal(FLAWS.length, 12)
  for (const { edits } of FLAWS) for (const edit of edits) edited(read(edit.file), edit)
})

test('a place that is gone, or there twice, is told', () => {
  const edit: Edit = { file: 'a.ts', from: 'x', to: 'y' }
  assert.throws(() => edited('abc', edit), /a\.ts has 0 times/)
  assert.throws(() => edited('xx', edit), /a\.ts has 2 times/)
  assert.equal(edited('axb', edit), 'ayb')
})

test('each is provoked in a minute, by faults that there are, for a check that there is', () => {
  const names = CHECKS.map((check) => check.name)
  for (const { caughtBy, seconds, schedule } of FLAWS) {
    assert.ok(names.includes(caughtBy), caughtBy)
    assert.ok(seconds <= SECONDS_MAX)
    for (const { kind, atMs } of schedule) {
      assert.ok(kindOf(kind))
      assert.ok(atMs < seconds * 1_000)
    }
  }
})
