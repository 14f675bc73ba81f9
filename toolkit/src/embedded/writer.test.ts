// Appends of one turn share one write, long queues give turns back, and a failing disk refuses.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogRefusedError, PublishError, StaleMemberError } from '../errors.ts'
import { READ_RETRY_DELAY_MS } from './delivery.ts'
import { embeddedEventLog } from './embedded-event-log.ts'
import { memoryStorage } from './memory.ts'
import type { Storage } from './storage.ts'
import { VirtualClock } from './virtual-clock.ts'
import { QUEUE_BYTES_MAX, WRITE_RECORDS_MAX } from './writer.ts'

test('appends and commits of one turn are one write', async () => {
  const { log, clock, writes } = await stage()
  const calls = [append(log, 3), append(log, 1), append(log, 2)]
  const commit = log.admin.alterCommitted('group', [{ topic: 'topic', partition: 0, offset: 1n }])
  await clock.advance(0)
  await Promise.all([...calls, commit])
  assert.deepEqual(writes, [6])
})

test('a long batch is written in steps, each in a turn of its own', async () => {
  const { log, clock, writes } = await stage()
  const call = append(log, 2 * WRITE_RECORDS_MAX + 1)
  await clock.advance(0)
  assert.deepEqual(writes, [WRITE_RECORDS_MAX, WRITE_RECORDS_MAX, 1])
  assert.equal((await call).length, 2 * WRITE_RECORDS_MAX + 1)
})

test('who outruns the storage writes in its own call, so the queue is bounded', async () => {
  const { log, clock, writes } = await stage()
  const calls = Array.from({ length: 80 }, () => append(log, 1, 1_000_000))
  const written = writes.reduce((sum, count) => sum + count, 0)
  assert((calls.length - written) * 1_000_000 <= QUEUE_BYTES_MAX && written > 0)
  await clock.advance(0)
  for (const [result] of await Promise.all(calls)) assert(result?.ok)
})

test('a record that no storage could take is refused alone', async () => {
  const { log, clock } = await stage()
  const record = { topic: 'topic', key: null, value: new Uint8Array(1), headers: [] }
  const odd = [{ partition: 1 }, { partition: 0.5 }, { timestampMs: 0.5 }]
  const refused = odd.map((field) => log.append([{ ...record, ...field }]))
  const taken = append(log, 1)
  await clock.advance(0)
  for (const [result] of await Promise.all(refused)) {
    assert(result && !result.ok && result.error instanceof LogRefusedError)
  }
  assert.deepEqual(await taken, [{ ok: true, partition: 0, offset: 0n }])
  await log.close()
})

test('a failing storage refuses, also what is behind in its call', async () => {
  const { log, clock, failNext } = await stage()
  failNext()
  const [first, second] = [append(log, WRITE_RECORDS_MAX + 5), append(log, 1)]
  const commit = log.admin.alterCommitted('group', [{ topic: 'topic', partition: 0, offset: 1n }])
  const refused = assert.rejects(commit, LogRefusedError)
  await clock.advance(0)
  await refused
  for (const result of await first) assert(!result.ok && result.error instanceof PublishError)
  assert.deepEqual(await second, [{ ok: true, partition: 0, offset: 0n }])
  assert.deepEqual(await log.admin.committed('group', ['topic']), [])
})

test('reading and beginning go on when the storage does again', async () => {
  const { log, clock, failing } = await stage()
  void append(log, 2)
  await clock.advance(0)
  const heard: string[] = []
  failing.committed = true
  const member = await log.join({
    group: 'group',
    topics: ['topic'],
    listener: {
      assigned: () => void heard.push('assigned'),
      revoked: () => {},
      lost: () => {},
      records: (_, records) => void heard.push(`${records.length} records`),
      trouble: ({ cause }) => void heard.push(cause instanceof Error ? cause.message : 'trouble'),
    },
  })
  await clock.advance(2500)
  assert.deepEqual(heard.splice(0), ['cannot look', 'cannot look', 'cannot look'])
  const partition = { topic: 'topic', partition: 0 }
  member.pause(partition)
  await assert.rejects(member.commit([{ ...partition, offset: 1n }]), StaleMemberError)
  failing.committed = false
  failing.read = true
  await clock.advance(1500)
  assert.deepEqual(heard.splice(0), ['assigned', 'cannot read', 'cannot read'])
  failing.read = false
  await clock.advance(1000)
  assert.deepEqual(heard, ['2 records'])
})

test('a log closes on a storage that does not answer', async () => {
  const { log, clock, failing } = await stage()
  failing.committed = true
  const silent = () => {}
  const listener = {
    assigned: silent,
    revoked: silent,
    lost: silent,
    records: silent,
    trouble: silent,
  }
  await log.join({ group: 'group', topics: ['topic'], listener })
  await clock.advance(0)
  const closed = log.close()
  await clock.advance(READ_RETRY_DELAY_MS)
  await closed
  assert.equal(clock.waiting, 0)
})

/** A log on memory whose writes are counted and whose calls can be made to fail. */
async function stage() {
  const clock = new VirtualClock()
  const memory = memoryStorage()()
  const writes: number[] = []
  const failing = { write: false, committed: false, read: false }
  const storage: Storage = {
    ...memory,
    write(records, commits) {
      if (failing.write) {
        failing.write = false
        throw new Error('disk full')
      }
      writes.push(records.length)
      return memory.write(records, commits)
    },
    committed(group) {
      if (failing.committed) throw new Error('cannot look')
      return memory.committed(group)
    },
    read(partition, from, bytesMax) {
      if (failing.read) throw new Error('cannot read')
      return memory.read(partition, from, bytesMax)
    },
  }
  const log = embeddedEventLog({ storage: () => storage, clock })
  await log.admin.createTopics([{ name: 'topic', partitions: 1, replicationFactor: 1, config: {} }])
  return { log, clock, writes, failing, failNext: () => (failing.write = true) }
}

function append(log: ReturnType<typeof embeddedEventLog>, count: number, size = 1) {
  const record = { topic: 'topic', key: null, value: new Uint8Array(size), headers: [] }
  return log.append(Array.from({ length: count }, () => record))
}
