// What `append` promises: dense offsets, order per partition, keys' partitions, results a record.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { RecordTooLargeError, TopicMissingError } from '../../errors.ts'
import type { NewRecord } from '../../log/log.ts'
import { RECORD_BYTES_MAX } from '../../log/log.ts'
import { partitionOf } from '../../log/partition.ts'
import type { SuiteTests } from './bench.ts'
import { appendAll, bytes, plain, readAll, record, records, textOf } from './record.ts'

export const appendTests: SuiteTests = {
  async 'offsets are dense in each partition and results stand in the order of the records'({
    log,
    topic,
  }) {
    const name = await topic(2)
    const results = await log.append([
      record(name, 1, 'a'),
      record(name, 0, 'b'),
      record(name, 1, 'c'),
      record(name, 1, 'd'),
      record(name, 0, 'e'),
    ])
    assert.deepEqual(results, [
      { ok: true, partition: 1, offset: 0n },
      { ok: true, partition: 0, offset: 0n },
      { ok: true, partition: 1, offset: 1n },
      { ok: true, partition: 1, offset: 2n },
      { ok: true, partition: 0, offset: 1n },
    ])
    const left = await readAll(log, { topic: name, partition: 1 })
    assert.deepEqual(left.map(textOf), ['a', 'c', 'd'])
    assert.deepEqual(await log.append([]), [])
  },

  async 'a batch of 5,000 records keeps its order against calls at the same time'({ log, topic }) {
    const name = await topic(2)
    const batches = [
      records(name, 0, 3, 'before'),
      [0, 1].flatMap((partition) => records(name, partition, 2500, 'large')),
      records(name, 0, 1, 'single'),
      [1, 0].flatMap((partition) => records(name, partition, 700, 'after')),
    ]
    const acknowledged = await Promise.all(batches.map((batch) => appendAll(log, batch)))
    for (const partition of [0, 1]) {
      const sent = batches.flat().filter((one) => one.partition === partition)
      const read = await readAll(log, { topic: name, partition })
      assert.deepEqual(read.map(textOf), sent.map(textOf))
      assert.deepEqual(
        batches.flatMap((batch, at) => offsetsIn(batch, acknowledged[at] ?? [], partition)),
        sent.map((_, at) => BigInt(at)),
      )
    }
  },

  async 'a key lands on the partition that murmur2 gives'({ log, topic }) {
    const name = await topic(7)
    const keys = ['1', '42', '987654321', '방-소식', '', 'ключ'].map(bytes)
    keys.push(new Uint8Array([0, 255, 128, 7]), randomBytes(33))
    const results = await log.append(keys.map((key) => keyed(name, key)))
    assert.deepEqual(
      results.map((result) => result.ok && result.partition),
      keys.map((key) => partitionOf(key, 7)),
    )
  },

  async 'a too large record refuses itself and what is behind it in its partition only'({
    log,
    topic,
  }) {
    const name = await topic(2)
    const large = { ...record(name, 0, ''), value: randomBytes(RECORD_BYTES_MAX + 1) }
    const [first, refused, behind, other] = await log.append([
      record(name, 0, 'first'),
      large,
      record(name, 0, 'behind'),
      record(name, 1, 'other'),
    ])
    assert.deepEqual(first, { ok: true, partition: 0, offset: 0n })
    assert(refused && !refused.ok && refused.error instanceof RecordTooLargeError)
    assert(behind && !behind.ok && behind.error instanceof Error)
    assert.deepEqual(other, { ok: true, partition: 1, offset: 0n })
    assert.deepEqual(await appendAll(log, [record(name, 0, 'next call')]), [1n])
    const read = await readAll(log, { topic: name, partition: 0 })
    assert.deepEqual(read.map(textOf), ['first', 'next call'])
  },

  async 'a record just below the bound is taken'({ log, topic }) {
    const name = await topic(1, { 'max.message.bytes': String(2 * RECORD_BYTES_MAX) })
    const value = randomBytes(RECORD_BYTES_MAX - 200)
    await appendAll(log, [{ ...record(name, 0, ''), value }])
    const [read] = await readAll(log, { topic: name, partition: 0 })
    assert(read && value.equals(read.value ?? bytes('')))
  },

  async 'a missing topic refuses its records with TopicMissingError and no others'(bench) {
    const name = await bench.topic()
    const [missing, there] = await bench.log.append([
      record(bench.name('missing'), 0, 'a'),
      record(name, 0, 'b'),
    ])
    assert(missing && !missing.ok && missing.error instanceof TopicMissingError)
    assert.deepEqual(there, { ok: true, partition: 0, offset: 0n })
  },

  async 'key, value, headers and time come back as they were written'(bench) {
    const topic = await bench.topic()
    const timestampMs = Date.now() - 60_000
    const binary = new Uint8Array(256).map((_, at) => at)
    const contents: Pick<NewRecord, 'key' | 'value' | 'headers'>[] = [
      { key: null, value: bytes('no key'), headers: [] },
      { key: bytes('tombstone'), value: null, headers: [] },
      { key: bytes(''), value: bytes(''), headers: [] },
      { key: binary, value: binary, headers: [['binary', binary]] },
      {
        key: bytes('headers'),
        value: bytes('소식'),
        headers: [
          ['b', bytes('1')],
          ['a', bytes('2')],
          ['b', bytes('3')],
          ['empty', bytes('')],
          ['머리', bytes('글')],
        ],
      },
    ]
    const written = contents.map((one, at) => ({ ...one, timestampMs: timestampMs + at }))
    await appendAll(
      bench.log,
      written.map((one) => ({ ...one, topic, partition: 0 })),
    )
    const expected = written.map(plain)
    const read = await readAll(bench.log, { topic, partition: 0 })
    assert.deepEqual(read.map(plain), expected)
    const reader = await bench.join({ group: bench.name('group'), topics: [topic] })
    await bench.until('all records delivered', () => reader.records.length === written.length)
    assert.deepEqual(reader.records.map(plain), expected)
  },

  async 'a record without a time gets that of its append'({ log, topic }) {
    const name = await topic()
    const before = Date.now()
    await appendAll(log, [record(name, 0, 'now')])
    const [read] = await readAll(log, { topic: name, partition: 0 })
    assert(read && read.timestampMs >= before && read.timestampMs <= Date.now())
  },

  async 'a record without a key and a partition lands on one that exists'({ log, topic }) {
    const name = await topic(3)
    const loose = { topic: name, key: null, value: bytes('loose'), headers: [] }
    for (const result of await log.append(Array.from({ length: 20 }, () => loose))) {
      assert(result.ok && result.partition >= 0 && result.partition < 3)
    }
  },
}

function keyed(topic: string, key: Uint8Array): NewRecord {
  return { topic, key, value: bytes('v'), headers: [] }
}

function offsetsIn(batch: readonly NewRecord[], offsets: readonly bigint[], partition: number) {
  return offsets.filter((_, at) => batch[at]?.partition === partition)
}
