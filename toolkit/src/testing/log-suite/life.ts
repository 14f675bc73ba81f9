// What closing and opening again promise.
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { ClosedError } from '../../errors.ts'
import type { SuiteTests } from './bench.ts'
import { appendAll, record, records, textOf } from './record.ts'

export const lifeTests: SuiteTests = {
  async 'what was acknowledged and committed is there after a reopen'(bench) {
    const topic = await bench.topic(2, { 'retention.ms': '3600000' })
    const joining = { group: bench.name('group'), topics: [topic] }
    await appendAll(bench.log, [...records(topic, 0, 100), ...records(topic, 1, 100)])
    const first = await bench.join(joining)
    await bench.until('all records', () => first.records.length === 200)
    await first.member.commit([{ topic, partition: 0, offset: 60n, metadata: '여기까지' }])
    await bench.log.admin.alterTopicConfig(topic, { 'retention.ms': '7200000' })
    const log = await bench.reopen()
    const described = async () => (await log.admin.describeTopics([topic]))[0]
    assert.equal((await described())?.partitions, 2)
    await bench.until('the altered setting', async () => {
      return (await described())?.config['retention.ms'] === '7200000'
    })
    const all = log.admin.read({ topic, partition: 1 }, 0n, 100n)
    assert.deepEqual(
      (await Array.fromAsync(all)).map(textOf),
      Array.from({ length: 100 }, (_, at) => String(at)),
    )
    assert.deepEqual(await log.admin.committed(joining.group, [topic]), [
      { topic, partition: 0, offset: 60n, metadata: '여기까지' },
    ])
    assert.deepEqual(await appendAll(log, [record(topic, 0, 'next')]), [100n])
  },

  async 'a group goes on from its commit after a reopen'(bench) {
    const topic = await bench.topic()
    const group = bench.name('group')
    await appendAll(bench.log, records(topic, 0, 10))
    const first = await bench.join({ group, topics: [topic] })
    await bench.until('ten records', () => first.records.length === 10)
    await first.member.commit([{ topic, partition: 0, offset: 8n, metadata: 'kept' }])
    const log = await bench.reopen()
    const seen: unknown[] = []
    const member = await log.join({
      group,
      topics: [topic],
      listener: {
        assigned: (partitions) => void seen.push(...partitions),
        revoked: () => {},
        lost: () => {},
        records: (_, batch) => void seen.push(...batch.map((one) => one.offset)),
        trouble: (error) => void seen.push(error),
      },
    })
    await bench.until('the rest', () => seen.length >= 3)
    assert.deepEqual(seen, [{ topic, partition: 0, offset: 8n, metadata: 'kept' }, 8n, 9n])
    await member.leave()
  },

  async 'close lets members go, waits for what is on its way, and can be called again'(bench) {
    const topic = await bench.topic()
    const group = bench.name('group')
    const reader = await bench.join({
      group,
      topics: [topic],
      revoked: ({ member }) => member.commit([{ topic, partition: 0, offset: 1n }]),
    })
    await bench.until('the assignment', () => reader.owned.size === 1)
    const onItsWay = appendAll(bench.log, records(topic, 0, 10_000))
    await Promise.all([bench.log.close(), bench.log.close()])
    await bench.log.close()
    assert.equal((await onItsWay).at(-1), 9999n)
    assert.equal(reader.owned.size, 0)
    assert.equal(reader.revocations.length, 1)
    const log = await bench.reopen()
    assert.equal((await log.admin.committed(group, [topic]))[0]?.offset, 1n)
  },

  async 'a closed log refuses with ClosedError and nothing of it runs on'(bench) {
    const topic = await bench.topic(2)
    const joining = { group: bench.name('group'), topics: [topic] }
    await bench.log.close()
    const before = activeResources()
    const log = await bench.reopen()
    const reader = await bench.join(joining).catch((error: unknown) => error)
    assert(reader instanceof ClosedError)
    await assert.rejects(bench.log.append([record(topic, 0, 'late')]), ClosedError)
    const calls: string[] = []
    await log.join({
      ...joining,
      listener: {
        assigned: () => void calls.push('assigned'),
        revoked: () => void calls.push('revoked'),
        lost: () => void calls.push('lost'),
        records: () => void calls.push('records'),
        trouble: () => void calls.push('trouble'),
      },
    })
    await appendAll(log, records(topic, 0, 10))
    await bench.until('some records', () => calls.includes('records'))
    await log.close()
    const heard = calls.length
    await bench.until('no timer or socket left', () => activeResources() <= before)
    await delay(bench.holdMs)
    assert.equal(calls.length, heard)
  },
}

/** How many timers and sockets keep this process alive. */
function activeResources(): number {
  const kinds = ['Timeout', 'Immediate', 'TCPSocketWrap']
  return process.getActiveResourcesInfo().filter((kind) => kinds.includes(kind)).length
}
