// What the admin promises: topics, positions and records outside any group.
import assert from 'node:assert/strict'
import { GroupNotEmptyError, TopicMissingError } from '../../errors.ts'
import type { LogAdmin } from '../../log/log.ts'
import type { SuiteTests } from './bench.ts'
import { appendAll, record, records, textOf } from './record.ts'
import { placeOf } from './witness.ts'

export const adminTests: SuiteTests = {
  async 'creating a topic again leaves it as it is'({ log, name }) {
    const topic = name('topic')
    const specification = {
      name: topic,
      partitions: 3,
      replicationFactor: Math.min(3, await log.admin.brokerCount()),
      config: { 'retention.ms': '3600000' },
    }
    await log.admin.createTopics([specification])
    await appendAll(log, [record(topic, 2, 'stays')])
    const other = { ...specification, partitions: 5, config: {} }
    await log.admin.createTopics([other, { ...other, name: name('topic') }])
    const [described] = await log.admin.describeTopics([topic])
    assert(described)
    const { config, ...rest } = described
    assert.deepEqual(rest, {
      name: topic,
      partitions: 3,
      replicationFactor: specification.replicationFactor,
    })
    assert.equal(config['retention.ms'], '3600000')
    assert.equal((await log.admin.offsets(topic, 'latest'))[2]?.offset, 1n)
  },

  async 'describing tells of the topics that exist only'({ log, topic, name }) {
    const names = [await topic(2), name('missing'), await topic(1)]
    const described = await log.admin.describeTopics(names)
    assert.deepEqual(
      described.map((one) => one.name).toSorted(),
      names.filter((_, at) => at !== 1).toSorted(),
    )
    assert.deepEqual(await log.admin.describeTopics([]), [])
  },

  async 'altering a topic changes the named settings only'({ log, topic, until, name }) {
    const altered = await topic(1, { 'retention.ms': '3600000', 'min.insync.replicas': '1' })
    await log.admin.alterTopicConfig(altered, { 'retention.ms': '7200000' })
    const config = async () => (await log.admin.describeTopics([altered]))[0]?.config
    await until('the new value', async () => (await config())?.['retention.ms'] === '7200000')
    assert.equal((await config())?.['min.insync.replicas'], '1')
    await assert.rejects(log.admin.alterTopicConfig(name('missing'), {}), TopicMissingError)
  },

  async 'a deleted topic is gone, and its name can be used again'({ log, topic, until }) {
    const [deleted, kept] = [await topic(2), await topic(1)]
    await appendAll(log, [record(deleted, 0, 'gone'), record(kept, 0, 'kept')])
    await log.admin.deleteTopics([deleted])
    const gone = async () => (await log.admin.describeTopics([deleted])).length === 0
    await until('the deletion', gone)
    assert.equal((await log.admin.describeTopics([kept])).length, 1)
    const replicationFactor = Math.min(3, await log.admin.brokerCount())
    const again = { name: deleted, partitions: 1, replicationFactor, config: {} }
    await until('the topic again', async () => {
      await log.admin.createTopics([again])
      return !(await gone())
    })
    assert.deepEqual(await log.admin.offsets(deleted, 'latest'), [
      { topic: deleted, partition: 0, offset: 0n },
    ])
    assert.deepEqual(await appendAll(log, [record(deleted, 0, 'new')]), [0n])
  },

  async 'offsets are told by earliest, latest and time'({ log, topic, name }) {
    const start = Date.now() - 100_000
    const stored = await topic(2)
    const at = (timestampMs: number) => ({ ...record(stored, 1, 'x'), timestampMs })
    await appendAll(log, [at(start), at(start + 10), at(start + 20)])
    const ask = async (query: Parameters<LogAdmin['offsets']>[1]) =>
      (await log.admin.offsets(stored, query)).map((row) => row.offset)
    assert.deepEqual(await log.admin.offsets(stored, 'latest'), [
      { topic: stored, partition: 0, offset: 0n },
      { topic: stored, partition: 1, offset: 3n },
    ])
    assert.deepEqual(await ask('earliest'), [0n, 0n])
    assert.deepEqual(await ask({ timestampMs: start - 1 }), [0n, 0n])
    assert.deepEqual(await ask({ timestampMs: start + 10 }), [0n, 1n])
    assert.deepEqual(await ask({ timestampMs: start + 11 }), [0n, 2n])
    assert.deepEqual(await ask({ timestampMs: start + 21 }), [0n, 3n])
    await assert.rejects(log.admin.offsets(name('missing'), 'latest'), TopicMissingError)
  },

  async 'a time is answered by the first record at or after it, also out of order'({ log, topic }) {
    const start = Date.now() - 100_000
    const stored = await topic()
    const times = [5, 30, 10, 20, 40].map((ms) => start + ms)
    await appendAll(
      log,
      times.map((timestampMs) => ({ ...record(stored, 0, 'x'), timestampMs })),
    )
    const ask = async (ms: number) =>
      (await log.admin.offsets(stored, { timestampMs: start + ms }))[0]?.offset
    assert.deepEqual(await Promise.all([5, 6, 20, 31, 41].map(ask)), [0n, 1n, 1n, 4n, 5n])
  },

  async 'a range is read without its end, and not beyond the end of the log'({ log, topic, name }) {
    const stored = await topic()
    const partition = { topic: stored, partition: 0 }
    await appendAll(log, records(stored, 0, 10))
    const read = async (from: bigint, to: bigint) =>
      (await Array.fromAsync(log.admin.read(partition, from, to))).map(textOf)
    assert.deepEqual(await read(3n, 6n), ['3', '4', '5'])
    assert.deepEqual(await read(8n, 1000n), ['8', '9'])
    assert.deepEqual(await read(6n, 6n), [])
    assert.deepEqual(await read(10n, 20n), [])
    const missing = log.admin.read({ topic: name('missing'), partition: 0 }, 0n, 1n)
    await assert.rejects(Array.fromAsync(missing), TopicMissingError)
  },

  async 'a long range comes whole, and its reader may stop early'({ log, topic }) {
    const stored = await topic()
    const value = 'x'.repeat(1000)
    await appendAll(
      log,
      Array.from({ length: 3000 }, () => record(stored, 0, value)),
    )
    const range = () => log.admin.read({ topic: stored, partition: 0 }, 500n, 3000n)
    let next = 500n
    for await (const one of range()) assert.equal(one.offset, next++)
    assert.equal(next, 3000n)
    for await (const one of range()) if (one.offset === 510n) break
  },

  async 'committed positions leave out partitions without a commit'(bench) {
    const topic = await bench.topic(3)
    const group = bench.name('group')
    const { admin } = bench.log
    assert.deepEqual(await admin.committed(group, [topic]), [])
    await admin.alterCommitted(group, [{ topic, partition: 1, offset: 0n, metadata: 'set' }])
    assert.deepEqual(await admin.committed(group, [topic]), [
      { topic, partition: 1, offset: 0n, metadata: 'set' },
    ])
  },

  async 'a group is told with who holds what of it, and as empty when all have left'(bench) {
    const topics = [await bench.topic(3), await bench.topic(1)]
    const group = bench.name('group')
    const described = () => bench.log.admin.describeGroup(group)
    const isStable = async () => (await described()).state === 'stable'
    assert.deepEqual(await described(), { state: 'empty', members: [] })
    await bench.log.admin.alterCommitted(group, [
      { topic: topics[0] ?? '', partition: 0, offset: 0n },
    ])
    assert.deepEqual(await described(), { state: 'empty', members: [] })

    const one = await bench.join({ group, topics })
    const other = await bench.join({ group, topics })
    await bench.until('two partitions each', () => one.owned.size === 2 && other.owned.size === 2)
    await bench.until('a quiet group', isStable)
    const { members } = await described()
    const held = new Map(members.map((member) => [member.memberId, member.partitions.map(placeOf)]))
    assert.equal(members.length, 2)
    for (const { member, owned } of [one, other]) {
      assert.deepEqual(held.get(member.memberId), [...owned.keys()].toSorted())
    }

    await other.member.leave()
    await bench.until('all of them', async () => one.owned.size === 4 && (await isStable()))
    assert.deepEqual(
      (await described()).members.map(({ memberId, partitions }) => [memberId, partitions.length]),
      [[one.member.memberId, 4]],
    )
    await one.member.leave()
    await bench.until('nobody', async () => (await described()).state === 'empty')
    assert.deepEqual((await described()).members, [])
  },

  async 'positions of a group with members are not altered, without members they are'(bench) {
    const topic = await bench.topic()
    await appendAll(bench.log, records(topic, 0, 10))
    const joining = { group: bench.name('group'), topics: [topic] }
    const first = await bench.join(joining)
    await bench.until('ten records', () => first.records.length === 10)
    await first.member.commit([{ topic, partition: 0, offset: 10n }])
    const altered = [{ topic, partition: 0, offset: 3n }]
    const alter = () => bench.log.admin.alterCommitted(joining.group, altered)
    await assert.rejects(alter(), GroupNotEmptyError)
    await first.member.leave()
    await alter()
    const next = await bench.join(joining)
    await bench.until('seven records', () => next.records.length === 7)
    assert.equal(next.records[0]?.offset, 3n)
  },
}
