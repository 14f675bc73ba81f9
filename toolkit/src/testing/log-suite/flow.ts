// What seek, pause and resume promise of one partition while the others flow.
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import type { SuiteTests } from './bench.ts'
import { appendAll, records } from './record.ts'

export const flowTests: SuiteTests = {
  async 'after a seek the next record is the one at its offset, back and forth'(bench) {
    const topic = await bench.topic()
    await appendAll(bench.log, records(topic, 0, 10))
    const reader = await bench.join({ group: bench.name('group'), topics: [topic] })
    await bench.until('ten records', () => reader.records.length === 10)
    reader.member.seek({ topic, partition: 0 }, 4n)
    await bench.until('six again', () => reader.records.length === 16)
    reader.member.seek({ topic, partition: 0 }, 9n)
    await bench.until('the last again', () => reader.records.length === 17)
    assert.deepEqual(
      reader.records.slice(10).map((one) => one.offset),
      [4n, 5n, 6n, 7n, 8n, 9n, 9n],
    )
  },

  async 'a seek inside `assigned` decides where reading starts'(bench) {
    const topic = await bench.topic()
    await appendAll(bench.log, records(topic, 0, 10))
    const reader = await bench.join({
      group: bench.name('group'),
      topics: [topic],
      async assigned({ joined }) {
        const member = await joined
        member.seek({ topic, partition: 0 }, 8n)
      },
    })
    await bench.until('two records', () => reader.records.length === 2)
    assert.deepEqual(
      reader.records.map((one) => one.offset),
      [8n, 9n],
    )
  },

  async 'a paused partition is silent while others flow, and resumes where it stopped'(bench) {
    const topic = await bench.topic(2)
    const paused = { topic, partition: 0 }
    const reader = await bench.join({ group: bench.name('group'), topics: [topic] })
    const of = (partition: number) =>
      reader.records.filter((one) => one.partition === partition).map((one) => one.offset)
    await appendAll(bench.log, [...records(topic, 0, 3), ...records(topic, 1, 3)])
    await bench.until('six records', () => reader.records.length === 6)
    reader.member.pause(paused)
    await appendAll(bench.log, [...records(topic, 0, 200), ...records(topic, 1, 200)])
    await bench.until('the flowing partition', () => of(1).length === 203)
    await delay(bench.holdMs)
    assert.equal(of(0).length, 3)
    reader.member.resume(paused)
    await bench.until('the resumed partition', () => of(0).length === 203)
    assert.deepEqual(
      of(0),
      Array.from({ length: 203 }, (_, at) => BigInt(at)),
    )
    assert.equal(of(1).length, 203)
  },

  async 'a pause inside `records` holds from that call on'(bench) {
    const topic = await bench.topic()
    const partition = { topic, partition: 0 }
    await appendAll(bench.log, records(topic, 0, 50))
    const reader = await bench.join({
      group: bench.name('group'),
      topics: [topic],
      fetchBytesMax: 10,
      records({ member }) {
        member.pause(partition)
      },
    })
    for (let calls = 1; reader.records.length < 50; calls += 1) {
      await bench.until('one call', () => reader.calls.length >= calls)
      if (calls === 1) await delay(bench.holdMs)
      assert.equal(reader.calls.length, calls)
      reader.member.resume(partition)
    }
    assert.deepEqual(
      reader.records.map((one) => one.offset),
      Array.from({ length: 50 }, (_, at) => BigInt(at)),
    )
  },

  async 'a seek of a paused partition counts when it resumes'(bench) {
    const topic = await bench.topic()
    const partition = { topic, partition: 0 }
    await appendAll(bench.log, records(topic, 0, 10))
    const reader = await bench.join({ group: bench.name('group'), topics: [topic] })
    await bench.until('ten records', () => reader.records.length === 10)
    reader.member.pause(partition)
    reader.member.seek(partition, 7n)
    await delay(bench.holdMs)
    assert.equal(reader.records.length, 10)
    reader.member.resume(partition)
    await bench.until('three again', () => reader.records.length === 13)
    assert.equal(reader.records[10]?.offset, 7n)
  },
}
