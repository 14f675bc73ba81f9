// The prefix never passes work in hand, and what is done beyond it survives a restart.
import assert from 'node:assert/strict'
import test from 'node:test'
import { assert as property, array, bigInt, integer, property as given } from 'fast-check'
import { COMMIT_METADATA_BYTES_MAX } from '../log/log.ts'
import { Progress, readMetadata, SPAN_MAX, type Taken, writeMetadata } from './progress.ts'

/** Takes an offset that was not done before. */
function take(progress: Progress, offset: bigint): Taken {
  const taken = progress.take(offset)
  assert.ok(taken)
  return taken
}

test('the prefix moves only when everything before it is done', () => {
  const progress = new Progress(10n, '')
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
  assert.equal(progress.metadata(), '')
})

test('what was done beyond the prefix is not taken again after a restart', () => {
  const before = new Progress(0n, '')
  const done = [1n, 2n, 5n, 7n]
  for (let offset = 0n; offset < 8n; offset += 1n) {
    const taken = take(before, offset)
    if (done.includes(offset)) before.done(taken)
  }
  const after = new Progress(before.next, before.metadata())
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
  const before = new Progress(0n, '')
  const taken = [0n, 1n, 2n, 3n].map((offset) => take(before, offset))
  before.done(taken[3] as Taken)
  const between = new Progress(0n, before.metadata())
  between.take(0n)
  const after = new Progress(0n, between.metadata())
  assert.deepEqual(
    [0n, 1n, 2n, 3n].filter((offset) => after.take(offset)),
    [0n, 1n, 2n],
  )
})

test('any offsets within the span fit the metadata and come back', () => {
  const places = array(integer({ min: 1, max: SPAN_MAX }), { maxLength: 200 })
  const base = bigInt({ min: 0n, max: 2n ** 62n })
  property(
    given(base, places, (from, some) => {
      const offsets = [...new Set(some)].sort((a, b) => a - b).map((one) => from + BigInt(one))
      const metadata = writeMetadata(from, offsets)
      assert.ok(Buffer.byteLength(metadata) <= COMMIT_METADATA_BYTES_MAX * 0.75)
      assert.deepEqual(readMetadata(from, metadata), offsets)
    }),
  )
})

test('a full span asks for a pause, until the prefix moves', () => {
  const progress = new Progress(0n, '')
  const first = take(progress, 0n)
  for (let offset = 1n; offset <= BigInt(SPAN_MAX); offset += 1n) progress.take(offset)
  assert.equal(progress.isFull, true)
  progress.done(first)
  assert.equal(progress.isFull, false)
})

test("another's metadata says nothing", () => {
  for (const metadata of ['', 'checkpoint 7', 'b2:AAAA']) {
    assert.deepEqual(readMetadata(5n, metadata), [])
  }
})
