// Our record batches against the client's own: each reads what the other writes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CompressionAlgorithmValue } from '@platformatic/kafka'
import {
  allowedCompressionsAlgorithms,
  crc32c,
  createRecordsBatch,
  Reader,
  readRecordsBatches,
} from '@platformatic/kafka'
import type { LogRecord, NewRecord } from '../log/log.ts'
import { decodeBatches } from './batch-decode.ts'
import { BatchEncoder, stampBatch } from './batch-encode.ts'
import { APPEND_TIME_FLAG, BATCH, CONTROL_FLAG } from './batch-layout.ts'

const PLACE = { topic: 'topic', partition: 3 }
const NOW_MS = 1_795_000_000_000
const UNBOUNDED = Number.MAX_SAFE_INTEGER

test('the client reads what we write, with its producer and checksum', () => {
  const records = variety()
  const encoded = encode(records)
  const [batch] = readRecordsBatches(Reader.from(encoded))
  assert(batch)
  assert.deepEqual([batch.producerId, batch.producerEpoch, batch.firstSequence], [77n, 2, 1234])
  assert.equal(batch.lastOffsetDelta, records.length - 1)
  assert.equal(batch.crc, crc32c(encoded.subarray(BATCH.attributes)))
  assert.equal(Number(batch.maxTimestamp), NOW_MS + 5e9)
  for (const [at, read] of batch.records.entries()) {
    assert.equal(read.offsetDelta, at)
    assert.deepEqual(
      {
        timestampMs: Number(batch.firstTimestamp + read.timestampDelta),
        key: read.key,
        value: read.value,
        headers: read.headers.map(([name, data]) => [String(name), data]),
      },
      contentOf({ timestampMs: NOW_MS, ...records[at] }),
    )
  }
})

for (const compression of allowedCompressionsAlgorithms) {
  test(`we read what the client writes, compression ${compression}`, () => {
    // The client writes no tombstones, and wrong times where two are over 2^31 ms apart.
    const records = variety().filter(
      ({ value, timestampMs = NOW_MS }) =>
        value !== null && Math.abs(timestampMs - NOW_MS) < 2 ** 31,
    )
    const { portions, end } = decode(byClient(records, compression))
    assert.equal(end, BigInt(records.length))
    assert.deepEqual(
      portions.flat().map(contentOf),
      records.map((record) => contentOf({ timestampMs: NOW_MS, ...record })),
    )
    assert.deepEqual(
      portions.flat().map(({ topic, partition, offset }) => [topic, partition, offset]),
      records.map((_, at) => ['topic', 3, BigInt(at)]),
    )
  })
}

test('portions stay within their bound over batches, and a larger record comes alone', () => {
  const sizes = [30, 30, 30, 200, 30, 30]
  const records = sizes.map((size) => recordOf('x'.repeat(size)))
  const fetched = Buffer.concat([batchAt(0n, records.slice(0, 2)), batchAt(2n, records.slice(2))])
  const { portions, end } = decode(fetched, 0n, 100)
  assert.deepEqual(portions.map(offsetsOf), [[0n, 1n], [2n], [3n], [4n, 5n]])
  assert.equal(end, 6n)
})

test('records below the wanted offset are left out', () => {
  const fetched = Buffer.concat([batchAt(10n, texts('a', 'b')), batchAt(12n, texts('c', 'd', 'e'))])
  assert.deepEqual(decode(fetched, 13n).portions.map(offsetsOf), [[13n, 14n]])
  assert.equal(decode(fetched, 13n).end, 15n)
})

test('a batch that was cut short is left for the next fetch', () => {
  const [whole, cut] = [batchAt(10n, texts('a', 'b')), batchAt(12n, texts('c'))]
  for (const bytes of [0, 5, 20, BATCH.records, cut.length - 1]) {
    const { portions, end } = decode(Buffer.concat([whole, cut.subarray(0, bytes)]))
    assert.deepEqual(portions.map(offsetsOf), [[10n, 11n]])
    assert.equal(end, 12n)
  }
})

test('control batches, and records that compaction took, still move the offset', () => {
  const control = batchAt(2n, texts('commit'))
  control.writeInt16BE(CONTROL_FLAG, BATCH.attributes)
  const compacted = batchAt(3n, texts('only this is left'))
  compacted.writeInt32BE(6, BATCH.lastOffsetDelta)
  const { portions, end } = decode(
    Buffer.concat([batchAt(0n, texts('a', 'b')), control, compacted]),
  )
  assert.deepEqual(portions.map(offsetsOf), [[0n, 1n, 3n]])
  assert.equal(end, 10n)
})

test('a topic that stamps with the time of appending gives that time', () => {
  const batch = batchAt(0n, texts('a', 'b'))
  batch.writeInt16BE(batch.readInt16BE(BATCH.attributes) | APPEND_TIME_FLAG, BATCH.attributes)
  batch.writeBigInt64BE(123n, BATCH.maxTimestamp)
  const [portion] = decode(batch).portions
  assert.deepEqual(
    portion?.map(({ timestampMs }) => timestampMs),
    [123, 123],
  )
})

/** What may go wrong in an encoding: nothing, empty, long, old, not in ASCII, more than a byte. */
function variety(): NewRecord[] {
  const odd = [
    { key: null, value: null },
    { key: Buffer.alloc(0), value: Buffer.alloc(0) },
    {
      key: Buffer.from('키'),
      value: Buffer.from('소식 📨'),
      headers: pairs(['이름', '값'], ['', '']),
    },
    { timestampMs: NOW_MS - 5e11, headers: pairs(['a', '1'], ['b', '2'], ['a', '3']) },
    { timestampMs: NOW_MS + 5e9, value: Buffer.alloc(70_000, 'long') },
    { headers: pairs(['b', '1'], ['a', '2'], ['aa', '3']) },
  ]
  return [...odd, ...Array.from({ length: 200 }, () => ({}))].map((one, index) => ({
    ...recordOf(`value ${index}`),
    ...one,
  }))
}

function pairs(...named: [name: string, value: string][]): [string, Buffer][] {
  return named.map(([name, value]) => [name, Buffer.from(value)])
}

function recordOf(text: string): NewRecord {
  return { topic: 'topic', key: Buffer.from('key'), value: Buffer.from(text), headers: [] }
}

function texts(...values: string[]): NewRecord[] {
  return values.map(recordOf)
}

function encode(records: readonly NewRecord[]): Buffer {
  const encoder = new BatchEncoder()
  encoder.start(UNBOUNDED, NOW_MS)
  for (const one of records) assert(encoder.add(one))
  const batch = encoder.finish()
  stampBatch(batch, { producerId: 77n, epoch: 2, sequence: 1234 })
  return batch
}

function batchAt(baseOffset: bigint, records: readonly NewRecord[]): Buffer {
  const batch = encode(records)
  batch.writeBigInt64BE(baseOffset, BATCH.baseOffset)
  return batch
}

function byClient(records: readonly NewRecord[], compression: CompressionAlgorithmValue): Buffer {
  const messages = records.map(({ topic, key, value, headers, timestampMs = NOW_MS }) => ({
    topic,
    ...(key && { key: Buffer.from(key) }),
    value: Buffer.from(value ?? []),
    headers: new Map(headers.map(([name, data]) => [Buffer.from(name), Buffer.from(data)])),
    timestamp: BigInt(timestampMs),
  }))
  return createRecordsBatch(messages, { compression }).buffer
}

function decode(fetched: Buffer, from = 0n, bytesMax = UNBOUNDED) {
  const decoded = decodeBatches(PLACE, fetched, from, bytesMax)
  const portions: LogRecord[][] = []
  for (let step = decoded.next(); ; step = decoded.next()) {
    if (step.done) return { portions, end: step.value }
    portions.push(step.value)
  }
}

function contentOf({ key, value, headers, timestampMs }: Partial<NewRecord>) {
  const plain = (bytes: Uint8Array | null | undefined) => bytes && Buffer.from(bytes)
  return {
    timestampMs,
    key: plain(key),
    value: plain(value),
    headers: headers?.map(([name, data]) => [name, plain(data)]),
  }
}

function offsetsOf(records: readonly LogRecord[]): bigint[] {
  return records.map(({ offset }) => offset)
}
