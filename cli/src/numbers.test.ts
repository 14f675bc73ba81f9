// A number that is none is refused before anything is done.
import assert from 'node:assert/strict'
import test from 'node:test'
import { InvalidArgumentError } from 'commander'
import { countIn, rateIn } from './numbers.ts'

test('a count is whole and from 1 on', () => {
  assert.equal(countIn('100'), 100)
  for (const text of ['0', '-1', '1.5', 'many', '', '1e99']) {
    assert.throws(() => countIn(text), InvalidArgumentError, text)
  }
})

test('a rate is above 0', () => {
  assert.equal(rateIn('0.5'), 0.5)
  for (const text of ['0', '-1', 'fast', '', 'Infinity']) {
    assert.throws(() => rateIn(text), InvalidArgumentError, text)
  }
})
