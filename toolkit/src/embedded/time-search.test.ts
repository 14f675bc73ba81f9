// The search by time answers what a walk through all records would.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { firstAtOrAfter } from './time-search.ts'

test('the first record at or after a time is found in any order of times', () => {
  const times = fc.array(fc.integer({ min: 0, max: 50 }))
  const bound = fc.integer({ min: -1, max: 51 })
  fc.assert(
    fc.property(times, bound, fc.nat({ max: 1000 }), (timestamps, timestampMs, earliest) => {
      const next = earliest + timestamps.length
      const maxAt = (offset: number) => Math.max(...timestamps.slice(0, offset - earliest + 1))
      const walked = timestamps.findIndex((time) => time >= timestampMs)
      assert.equal(
        firstAtOrAfter(timestampMs, { earliest, next }, maxAt),
        walked < 0 ? next : earliest + walked,
      )
    }),
  )
})
