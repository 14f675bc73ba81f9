// An owner of old does not work after a new one.
import assert from 'node:assert/strict'
import test from 'node:test'
import { zombieEffect } from './zombie-effect.ts'
import { at, effectOf, trueHistory, violationsOf, withTruth } from './sample.ts'

test('a hand-over is no zombie, and a redrive may be old', () => {
  const effects = [effectOf(1), { ...effectOf(2), ownership: 5 }, { ...effectOf(1), redrives: 1 }]
  assert.deepEqual(violationsOf(zombieEffect, withTruth(trueHistory(), { effects })), [])
})

test('behind what the new owner did of the key it is one', () => {
  const effects = [
    { ...effectOf(2), ownership: 5 },
    { ...effectOf(1), id: 3 },
  ]
  assert.equal(violationsOf(zombieEffect, withTruth(trueHistory(), { effects })).length, 1)
})

test('who gave the partition away does not work on any of its keys', () => {
  const effects = [
    { ...effectOf(1), ownership: 5 },
    { ...effectOf(2), key: '8', id: 3 },
  ]
  const frozen = withTruth(trueHistory(), { effects })
  assert.deepEqual(violationsOf(zombieEffect, frozen), [])
  const revoked = { ...at, atUs: 0, wallMs: 0, is: 'revoked', ownership: 1 } as const
  assert.equal(violationsOf(zombieEffect, { ...frozen, workers: [revoked] }).length, 1)
})
