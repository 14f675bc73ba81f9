// Where a topic takes less than others, and where it no longer has what comes next.
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { Admin } from '@platformatic/kafka'
import {
  LogRefusedError,
  OffsetOutOfRangeError,
  PublishError,
  RecordTooLargeError,
} from '../errors.ts'
import type { EventLog, NewRecord } from '../log/log.ts'
import { joinWitness } from '../testing/log-suite/witness.ts'
import { kafkaBrokers } from '../testing/real.ts'
import { until } from '../testing/until.ts'
import { kafkaEventLog } from './index.ts'

test('a topic that takes small batches only gets them, in order', async () => {
  await withTopic({ 'max.message.bytes': '20000' }, async (log, topic) => {
    const records = Array.from({ length: 200 }, () => recordOf(topic, 1000))
    const results = await log.append(records)
    assert.deepEqual(
      results,
      records.map((_, at) => ({ ok: true, partition: 0, offset: BigInt(at) })),
    )
  })
})

test('a record that the topic does not take is refused, the next is taken', async () => {
  await withTopic({ 'max.message.bytes': '20000' }, async (log, topic) => {
    const [first, large, behind] = await log.append([
      recordOf(topic, 10),
      recordOf(topic, 30_000),
      recordOf(topic, 10),
    ])
    assert.deepEqual(first, { ok: true, partition: 0, offset: 0n })
    assert(large && !large.ok && large.error instanceof RecordTooLargeError)
    assert(behind && !behind.ok && behind.error instanceof PublishError)
    assert.deepEqual(await log.append([recordOf(topic, 10)]), [
      { ok: true, partition: 0, offset: 1n },
    ])
  })
})

test('what the topic never takes is refused for good, and says so', async () => {
  await withTopic({ 'message.timestamp.before.max.ms': '60000' }, async (log, topic) => {
    const old = { ...recordOf(topic, 10), timestampMs: Date.now() - 3_600_000 }
    for (const record of [old, { ...old, timestampMs: 0.5 }, { ...old, partition: 7 }]) {
      const [result] = await log.append([record])
      assert(result && !result.ok && result.error instanceof LogRefusedError)
    }
    assert((await log.append([recordOf(topic, 10)]))[0]?.ok)
  })
})

test('who reads what was deleted goes on at the earliest record, and says so', async () => {
  await withTopic({}, async (log, topic) => {
    await log.append(Array.from({ length: 10 }, () => recordOf(topic, 10)))
    const group = randomUUID()
    await log.admin.alterCommitted(group, [{ topic, partition: 0, offset: 2n }])
    await deleteRecordsBelow(topic, 5n)
    const reader = await joinWitness(log, { group, topics: [topic] })
    await until('what is left', () => reader.records.length === 5)
    assert.equal(reader.records[0]?.offset, 5n)
    assert(reader.troubles.some((error) => error instanceof OffsetOutOfRangeError))
    const read = log.admin.read({ topic, partition: 0 }, 0n, 10n)
    assert.equal((await Array.fromAsync(read)).length, 5)
  })
})

async function withTopic(
  config: Record<string, string>,
  run: (log: EventLog, topic: string) => Promise<void>,
): Promise<void> {
  const log = await kafkaEventLog({ brokers: kafkaBrokers() })
  const topic = `limits-${randomUUID()}`
  const replicationFactor = Math.min(3, await log.admin.brokerCount())
  await log.admin.createTopics([{ name: topic, partitions: 1, replicationFactor, config }])
  try {
    await run(log, topic)
  } finally {
    await log.admin.deleteTopics([topic])
    await log.close()
  }
}

async function deleteRecordsBelow(topic: string, offset: bigint): Promise<void> {
  const admin = new Admin({ clientId: 'limits', bootstrapBrokers: kafkaBrokers() })
  try {
    await admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition: 0, offset }] }] })
  } finally {
    await admin.close()
  }
}

/** Random bytes, which compression does not make smaller. */
function recordOf(topic: string, bytes: number): NewRecord {
  return { topic, key: null, value: randomBytes(bytes), headers: [] }
}
