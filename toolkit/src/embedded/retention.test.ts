// Old records go in bounded steps, and who reads below the earliest offset gets the earliest.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { OffsetOutOfRangeError } from '../errors.ts'
import type { TopicPartition } from '../log/log.ts'
import { diskStorage } from './disk.ts'
import { embeddedEventLog } from './embedded-event-log.ts'
import { memoryStorage } from './memory.ts'
import { RETENTION_CHECK_INTERVAL_MS, RETENTION_MS } from './retention.ts'
import type { OpenStorage } from './storage.ts'
import { VirtualClock } from './virtual-clock.ts'

const HOUR_MS = 3_600_000
const START_MS = 1_700_000_000_000

retentionTests('memory', async (run) => run(memoryStorage()))
retentionTests('disk', async (run) => {
  const folder = await mkdtemp(join(tmpdir(), 'sosik-log-'))
  try {
    await run(diskStorage(folder))
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('what has expired goes in steps that fit a turn', async () => {
  const memory = memoryStorage()()
  const steps: bigint[] = []
  const counting = () => ({
    ...memory,
    truncate(of: TopicPartition, to: bigint) {
      steps.push(to)
      memory.truncate(of, to)
    },
  })
  const { clock, append, close } = await stage(counting, String(HOUR_MS))
  await append(2500, START_MS)
  await clock.advance(HOUR_MS + RETENTION_CHECK_INTERVAL_MS)
  assert.deepEqual(steps, [1000n, 2000n, 2500n])
  await close()
})

function retentionTests(
  kind: string,
  withStorage: (run: (storage: OpenStorage) => Promise<void>) => Promise<void>,
): void {
  test(`${kind}: records older than retention.ms go, and offsets go on`, () =>
    withStorage(async (storage) => {
      const { clock, append, earliest, close } = await stage(storage, String(HOUR_MS))
      await append(2500, START_MS)
      await append(10, START_MS + HOUR_MS / 2)
      await clock.advance(HOUR_MS)
      assert.equal(await earliest(), 0n)
      await clock.advance(RETENTION_CHECK_INTERVAL_MS)
      assert.equal(await earliest(), 2500n)
      await clock.advance(HOUR_MS)
      assert.equal(await earliest(), 2510n)
      await close()
      const again = await stage(storage, String(HOUR_MS), clock.nowMs())
      assert.equal(await again.earliest(), 2510n)
      assert.deepEqual(await again.append(1, clock.nowMs()), [2510n])
      await again.close()
    }))

  test(`${kind}: a reader whose place is gone goes on at the earliest that is left`, () =>
    withStorage(async (storage) => {
      const { log, clock, append, close } = await stage(storage, String(HOUR_MS))
      await append(20, START_MS)
      const seen: bigint[] = []
      const troubles: Error[] = []
      const member = await log.join({
        group: 'group',
        topics: ['topic'],
        listener: {
          assigned: () => {},
          revoked: () => {},
          lost: () => {},
          records: (_, records) => void seen.push(...records.map((record) => record.offset)),
          trouble: (error) => void troubles.push(error),
        },
      })
      await clock.advance(0)
      assert.equal(seen.splice(0).length, 20)
      member.pause({ topic: 'topic', partition: 0 })
      member.seek({ topic: 'topic', partition: 0 }, 5n)
      await clock.advance(HOUR_MS + RETENTION_CHECK_INTERVAL_MS)
      await append(3, clock.nowMs())
      member.resume({ topic: 'topic', partition: 0 })
      await clock.advance(0)
      assert.deepEqual(seen.splice(0), [20n, 21n, 22n])
      member.seek({ topic: 'topic', partition: 0 }, 1000n)
      await clock.advance(0)
      assert.deepEqual(seen, [20n, 21n, 22n])
      assert(troubles.length === 2 && troubles.every((one) => one instanceof OffsetOutOfRangeError))
      await close()
    }))

  test(`${kind}: without a setting records stay seven days, with -1 for ever`, () =>
    withStorage(async (storage) => {
      const { log, clock, append, earliest, close } = await stage(storage, '-1')
      await append(1, START_MS)
      await clock.advance(2 * RETENTION_MS)
      assert.equal(await earliest(), 0n)
      const other = { name: 'other', partitions: 1, replicationFactor: 1, config: {} }
      await log.admin.createTopics([other])
      const [described] = await log.admin.describeTopics(['other'])
      assert.equal(described?.config['retention.ms'], String(RETENTION_MS))
      await close()
    }))
}

async function stage(storage: OpenStorage, retentionMs: string, nowMs = START_MS) {
  const clock = new VirtualClock(nowMs)
  const log = embeddedEventLog({ storage, clock })
  const config = { 'retention.ms': retentionMs }
  await log.admin.createTopics([{ name: 'topic', partitions: 1, replicationFactor: 1, config }])
  return {
    log,
    clock,
    append: async (count: number, timestampMs: number) => {
      const one = { topic: 'topic', key: null, value: Buffer.from('x'), headers: [], timestampMs }
      const appended = log.append(Array.from({ length: count }, () => one))
      await clock.advance(0)
      return (await appended).map((result) => (result.ok ? result.offset : -1n))
    },
    earliest: async () => (await log.admin.offsets('topic', 'earliest'))[0]?.offset,
    close: async () => {
      const closed = log.close()
      await clock.advance(0)
      await closed
    },
  }
}
