// The prefix never passes work in hand, and what is done beyond it survives a restart.
import assert from 'node:assert/strict'
import test from 'node:test'
import { SPAN_MAX } from './commit-metadata.ts'
import { Progress, type Taken } from './progress.ts'

/** Takes an offset that was not done before. */
function take(progress: Progress, offset: bigint): Taken {
  const taken = progress.take(offset)
  assert.ok(taken)
  return taken
}

test('the prefix moves only when everything before it is done', () => {
  const progress = new Progress(10n, [])
  const [ten, eleven, twelve] = [10n, 11n, 12n].map((offset) => take(progress, offset))
  const fifteen = take(progress, 15n)
  assert.ok(ten && eleven && twelve)
  progress.done(twelve)
  progress.done(eleven)
  assert.equal(progress.next, 10n)
  progress.done(ten)
  assert.equal(progress.next, 15n)
  progress.done(fifteen)
  assert.equal(progress.next, 16n)
  assert.deepEqual(progress.beyond(), [])
})

test('what was done beyond the prefix is not taken again after a restart', () => {
  const before = new Progress(0n, [])
  const done = [1n, 2n, 5n, 7n]
  for (let offset = 0n; offset < 8n; offset += 1n) {
    const taken = take(before, offset)
    if (done.includes(offset)) before.done(taken)
  }
  const after = new Progress(before.next, before.beyond())
  const taken = [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n].flatMap((offset) => after.take(offset) ?? [])
  assert.deepEqual(
    taken.map((one) => one.offset),
    [0n, 3n, 4n, 6n, 8n],
  )
  assert.equal(after.next, 0n)
  const [first] = taken
  assert.ok(first)
  after.done(first)
  assert.equal(after.next, 3n)
})

test('what was done before is remembered also while it has not been read again', () => {
  const before = new Progress(0n, [])
  const taken = [0n, 1n, 2n, 3n].map((offset) => take(before, offset))
  before.done(taken[3] as Taken)
  const between = new Progress(0n, before.beyond())
  between.take(0n)
  const after = new Progress(0n, between.beyond())
  assert.deepEqual(
    [0n, 1n, 2n, 3n].filter((offset) => after.take(offset)),
    [0n, 1n, 2n],
  )
})

test('a full span asks for a pause, until the prefix moves', () => {
  const progress = new Progress(0n, [])
  const first = take(progress, 0n)
  for (let offset = 1n; offset <= BigInt(SPAN_MAX); offset += 1n) progress.take(offset)
  assert.equal(progress.isFull, true)
  progress.done(first)
  assert.equal(progress.isFull, false)
})
