// What a commit promises: the position and its metadata come back, to who may have them.
import assert from 'node:assert/strict'
import { CommitMetadataTooLargeError, StaleMemberError } from '../../errors.ts'
import { COMMIT_METADATA_BYTES_MAX } from '../../log/log.ts'
import type { Bench, SuiteTests } from './bench.ts'
import { appendAll, records } from './record.ts'

const METADATA = [
  'ack:3-7,9',
  '오프셋과 함께 다니는 글 📨',
  'm'.repeat(COMMIT_METADATA_BYTES_MAX),
  `${'소'.repeat(1365)}m`,
]

export const commitTests: SuiteTests = {
  async 'a commit comes back at the next assignment with its metadata'(bench) {
    for (const metadata of METADATA) {
      const { topic, joining } = await tenRecords(bench)
      const first = await bench.join(joining)
      await bench.until('ten records', () => first.records.length === 10)
      await first.member.commit([{ topic, partition: 0, offset: 4n, metadata }])
      await first.member.leave()
      const next = await bench.join(joining)
      await bench.until('the rest', () => next.records.length === 6)
      assert.deepEqual(next.assignments, [{ topic, partition: 0, offset: 4n, metadata }])
      assert.equal(next.records[0]?.offset, 4n)
    }
  },

  async 'the last of several commits stands, and one without metadata clears it'(bench) {
    const { topic, joining } = await tenRecords(bench)
    const reader = await bench.join(joining)
    await bench.until('ten records', () => reader.records.length === 10)
    const commit = (offset: bigint, metadata?: string) =>
      reader.member.commit([{ topic, partition: 0, offset, ...(metadata && { metadata }) }])
    await commit(2n, 'two')
    await commit(8n, 'eight')
    await commit(5n)
    assert.deepEqual(await bench.log.admin.committed(joining.group, [topic]), [
      { topic, partition: 0, offset: 5n, metadata: '' },
    ])
  },

  async 'metadata over the bound is refused and the commit before it stands'(bench) {
    const { topic, joining } = await tenRecords(bench)
    const reader = await bench.join(joining)
    await bench.until('the assignment', () => reader.owned.size === 1)
    await reader.member.commit([{ topic, partition: 0, offset: 1n, metadata: 'stands' }])
    const metadata = '소'.repeat(1366)
    await assert.rejects(
      reader.member.commit([{ topic, partition: 0, offset: 2n, metadata }]),
      CommitMetadataTooLargeError,
    )
    assert.deepEqual(await bench.log.admin.committed(joining.group, [topic]), [
      { topic, partition: 0, offset: 1n, metadata: 'stands' },
    ])
  },

  async 'a commit for what another member owns by now rejects with StaleMemberError'(bench) {
    const topic = await bench.topic(2)
    const joining = { group: bench.name('group'), topics: [topic] }
    const first = await bench.join(joining)
    await bench.until('both partitions', () => first.owned.size === 2)
    const next = await bench.join(joining)
    await bench.until('one each', () => first.owned.size === 1 && next.owned.size === 1)
    const [moved] = next.owned.values()
    assert(moved)
    const { partition } = moved
    await assert.rejects(first.member.commit([{ topic, partition, offset: 0n }]), StaleMemberError)
    await next.member.commit([{ topic, partition, offset: 0n }])
  },

  async 'a commit after leaving rejects with StaleMemberError'(bench) {
    const { topic, joining } = await tenRecords(bench)
    const reader = await bench.join(joining)
    await bench.until('the assignment', () => reader.owned.size === 1)
    await reader.member.leave()
    await assert.rejects(
      reader.member.commit([{ topic, partition: 0, offset: 3n }]),
      StaleMemberError,
    )
  },
}

async function tenRecords(bench: Bench) {
  const topic = await bench.topic()
  await appendAll(bench.log, records(topic, 0, 10))
  return { topic, joining: { group: bench.name('group'), topics: [topic] } }
}
