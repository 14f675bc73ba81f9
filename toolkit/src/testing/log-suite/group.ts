// What a consumer group promises while nobody joins or leaves.
import assert from 'node:assert/strict'
import { TopicMissingError } from '../../errors.ts'
import type { SuiteTests } from './bench.ts'
import { appendAll, record, records, textOf } from './record.ts'
import { placeOf } from './witness.ts'

export const groupTests: SuiteTests = {
  async 'a new group starts at the earliest offset'(bench) {
    const topic = await bench.topic()
    await appendAll(bench.log, records(topic, 0, 5, 'before'))
    const reader = await bench.join({ group: bench.name('group'), topics: [topic] })
    await bench.until('the old records', () => reader.records.length === 5)
    assert.deepEqual(reader.assignments, [{ topic, partition: 0, offset: 0n, metadata: '' }])
    await appendAll(bench.log, records(topic, 0, 2, 'after'))
    await bench.until('the new records', () => reader.records.length === 7)
    assert.deepEqual(
      reader.records.map((one) => one.offset),
      [0n, 1n, 2n, 3n, 4n, 5n, 6n],
    )
  },

  async 'a group of one reads every partition of all its topics'(bench) {
    const topics = [await bench.topic(3), await bench.topic(1)]
    const reader = await bench.join({ group: bench.name('group'), topics })
    const sent = [0, 1, 2].flatMap((partition) => records(topics[0] ?? '', partition, 50))
    sent.push(...records(topics[1] ?? '', 0, 50))
    await appendAll(bench.log, sent)
    await bench.until('all records', () => reader.records.length >= sent.length)
    assert.deepEqual(
      reader.records.map((one) => `${placeOf(one)} ${textOf(one)}`).toSorted(),
      sent.map((one) => `${one.topic}/${one.partition} ${textOf(one)}`).toSorted(),
    )
  },

  async 'the members of a quiet group share the partitions and handle each record once'(bench) {
    const topic = await bench.topic(6)
    const joining = { group: bench.name('group'), topics: [topic] }
    const members = [
      await bench.join(joining),
      await bench.join(joining),
      await bench.join(joining),
    ]
    await bench.until('two partitions each', () => members.every(({ owned }) => owned.size === 2))
    const sent = [0, 1, 2, 3, 4, 5].flatMap((partition) => records(topic, partition, 50))
    await appendAll(bench.log, sent)
    const handled = () => members.flatMap((member) => member.records)
    await bench.until('all records', () => handled().length >= sent.length)
    const seen = handled().map((one) => `${placeOf(one)}@${one.offset}`)
    assert.equal(new Set(seen).size, sent.length)
    assert.equal(seen.length, sent.length)
    for (const member of members) assert.deepEqual(member.strays, [])
  },

  async 'members may hear different topics'(bench) {
    const [left, right] = [await bench.topic(2), await bench.topic(2)]
    const group = bench.name('group')
    const one = await bench.join({ group, topics: [left] })
    const other = await bench.join({ group, topics: [right] })
    const owned = (topic: string) => [`${topic}/0`, `${topic}/1`]
    await bench.until('two partitions each', () => one.owned.size === 2 && other.owned.size === 2)
    assert.deepEqual([...one.owned.keys()].toSorted(), owned(left))
    assert.deepEqual([...other.owned.keys()].toSorted(), owned(right))
  },

  async 'two groups read the same topic independently'(bench) {
    const topic = await bench.topic()
    const one = await bench.join({ group: bench.name('group'), topics: [topic] })
    await appendAll(bench.log, records(topic, 0, 10))
    await bench.until('the first group', () => one.records.length === 10)
    await one.member.commit([{ topic, partition: 0, offset: 10n }])
    const other = await bench.join({ group: bench.name('group'), topics: [topic] })
    await bench.until('the second group', () => other.records.length === 10)
    assert.deepEqual(other.records.map(textOf), one.records.map(textOf))
  },

  async 'joining for a missing topic rejects with TopicMissingError'(bench) {
    const joining = { group: bench.name('group'), topics: [bench.name('missing')] }
    await assert.rejects(bench.join(joining), TopicMissingError)
  },

  async 'one call of records stays below its bound, and a larger record still comes'(bench) {
    const topic = await bench.topic()
    const text = 'x'.repeat(1000)
    await appendAll(bench.log, [
      ...Array.from({ length: 30 }, () => record(topic, 0, text)),
      record(topic, 0, text.repeat(50)),
      record(topic, 0, text),
    ])
    const joining = { group: bench.name('group'), topics: [topic], fetchBytesMax: 10_000 }
    const reader = await bench.join(joining)
    await bench.until('all records', () => reader.records.length === 32)
    for (const call of reader.calls) {
      const size = call.reduce((sum, one) => sum + (one.value?.length ?? 0), 0)
      assert(size <= 10_000 || call.length === 1, `${size} bytes in ${call.length} records`)
    }
  },
}
