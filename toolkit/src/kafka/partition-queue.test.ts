// The bookkeeping of one partition's appends: which records ride together, and who hears what.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AppendResult, NewRecord } from '../log/log.ts'
import { BatchEncoder, recordBytes } from './batch-encode.ts'
import type { AppendCall, PartitionQueue } from './partition-queue.ts'
import { acknowledge, cutBatch, enqueue, partitionQueue, refuse } from './partition-queue.ts'

const NOW_MS = 1_795_000_000_000
const encoder = new BatchEncoder()

test('calls that wait together ride in one batch, and each gets its own offsets', () => {
  const queue = partitionQueue('topic', 2)
  const calls = [push(queue, 3), push(queue, 1), push(queue, 2)]
  const batch = cutBatch(queue, encoder, NOW_MS)
  assert.equal(batch.count, 6)
  assert.equal(acknowledge(queue, batch.count, 40n), 6 * recordBytes(recordOf(10)))
  assert.deepEqual(calls.map(offsets), [[40n, 41n, 42n], [43n], [44n, 45n]])
  assert.deepEqual(queue.runs, [])
})

test('a large call takes several batches and is done with the last one', () => {
  const queue = partitionQueue('topic', 0)
  queue.batchBytesMax = 100
  const call = push(queue, 10)
  const counts: number[] = []
  for (let next = 0n; call.open > 0; ) {
    const { count } = cutBatch(queue, encoder, NOW_MS)
    counts.push(count)
    acknowledge(queue, count, next)
    next += BigInt(count)
  }
  assert(counts.length > 1, String(counts))
  assert.deepEqual(
    offsets(call),
    Array.from({ length: 10 }, (_, at) => BigInt(at)),
  )
})

test('a record larger than a batch should be rides alone', () => {
  const queue = partitionQueue('topic', 0)
  queue.batchBytesMax = 100
  push(queue, 1, { size: 500 })
  push(queue, 1)
  assert.equal(cutBatch(queue, encoder, NOW_MS).count, 1)
})

test('a refused batch refuses the rest of its last call, and no other call', () => {
  const queue = partitionQueue('topic', 0)
  queue.batchBytesMax = 150
  const [first, split, behind] = [push(queue, 1), push(queue, 20), push(queue, 1)]
  const { count } = cutBatch(queue, encoder, NOW_MS)
  assert(count > 1 && count < 21)
  refuse(queue, count, new Error('no leader'))
  assert(first.results.every(({ ok }) => !ok))
  assert.equal(split.results.filter(({ ok }) => !ok).length, 20)
  assert.equal(behind.open, 1)
  assert.equal(cutBatch(queue, encoder, NOW_MS).count, 1)
})

test('a call that came much later does not ride in a batch that fails earlier', () => {
  const queue = partitionQueue('topic', 0)
  push(queue, 1, { deadlineMs: NOW_MS + 1000 })
  push(queue, 1, { deadlineMs: NOW_MS + 1500 })
  push(queue, 1, { deadlineMs: NOW_MS + 9000 })
  const batch = cutBatch(queue, encoder, NOW_MS)
  assert.equal(batch.count, 2)
  assert.equal(batch.deadlineMs, NOW_MS + 1000)
})

function push(
  queue: PartitionQueue,
  count: number,
  { size = 10, deadlineMs = NOW_MS } = {},
): AppendCall {
  const results: AppendResult[] = []
  const call = { results, open: count, deadlineMs, done: () => {} }
  for (let place = 0; place < count; place += 1) {
    const record = recordOf(size)
    enqueue(queue, call, place, record, recordBytes(record))
  }
  return call
}

function recordOf(size: number): NewRecord {
  return { topic: 'topic', key: null, value: Buffer.alloc(size), headers: [] }
}

function offsets({ results }: AppendCall): (bigint | false)[] {
  return results.map((result) => result.ok && result.offset)
}
