// What a rebalance promises: partitions move when their owner has let go, and start at its commit.
import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { StaleMemberError } from '../../errors.ts'
import type { SuiteTests } from './bench.ts'
import { appendAll, records } from './record.ts'
import type { Witness } from './witness.ts'
import { placeOf } from './witness.ts'

const SHORT_REBALANCE_TIMEOUT_MS = 1000

export const rebalanceTests: SuiteTests = {
  async 'a joining member gets a partition only when its owner has let go of it'(bench) {
    const topic = await bench.topic(2)
    await appendAll(bench.log, [...records(topic, 0, 10), ...records(topic, 1, 10)])
    const joining = { group: bench.name('group'), topics: [topic] }
    const story: string[] = []
    const first = await bench.join({
      ...joining,
      async revoked({ member }, partitions) {
        story.push(...partitions.map((one) => `letting go of ${one.partition}`))
        await delay(bench.holdMs)
        const metadata = 'handed over'
        await member.commit(partitions.map((one) => ({ ...one, offset: 7n, metadata })))
        story.push(...partitions.map((one) => `let go of ${one.partition}`))
      },
    })
    await bench.until('all records', () => first.records.length === 20)
    const next = await bench.join({
      ...joining,
      assigned(_, partitions) {
        story.push(...partitions.map((one) => `took ${one.partition}`))
      },
    })
    await bench.until('the rest of one', () => next.records.length === 3)
    const [moved] = next.assignments
    assert(moved)
    const { partition } = moved
    assert.deepEqual(story, [
      `letting go of ${partition}`,
      `let go of ${partition}`,
      `took ${partition}`,
    ])
    assert.deepEqual(next.assignments, [{ topic, partition, offset: 7n, metadata: 'handed over' }])
    assert.deepEqual(
      next.records.map((one) => one.offset),
      [7n, 8n, 9n],
    )
    assert.deepEqual(first.revocations.map(placeOf), [placeOf(moved)])
    assert.deepEqual([...first.losses, ...next.losses], [])
  },

  async 'what stays with its owner flows on while another partition moves'(bench) {
    const topic = await bench.topic(2)
    const joining = { group: bench.name('group'), topics: [topic] }
    const { promise: gate, resolve: open } = Promise.withResolvers<void>()
    const first = await bench.join({ ...joining, revoked: () => gate })
    await bench.until('both partitions', () => first.owned.size === 2)
    const next = await bench.join(joining)
    await bench.until('the revocation', () => first.revocations.length === 1)
    const moving = first.revocations[0]?.partition
    const staying = moving === 0 ? 1 : 0
    await appendAll(bench.log, [...records(topic, 0, 5), ...records(topic, 1, 5)])
    await bench.until('the staying partition', () => first.records.length >= 5)
    assert(first.records.every((one) => one.partition === staying))
    assert.equal(next.records.length, 0)
    open()
    await bench.until('the moved partition', () => next.records.length === 5)
    assert(next.records.every((one) => one.partition === moving))
    assert.equal(first.records.length, 5)
  },

  async 'a leaving member lets go of all, and others go on from its last commit'(bench) {
    const topic = await bench.topic(2)
    await appendAll(bench.log, [...records(topic, 0, 10), ...records(topic, 1, 10)])
    const joining = { group: bench.name('group'), topics: [topic] }
    const first = await bench.join({
      ...joining,
      revoked({ member }, partitions) {
        return member.commit(partitions.map((one) => ({ ...one, offset: 6n })))
      },
    })
    await bench.until('all records', () => first.records.length === 20)
    await first.member.leave()
    assert.deepEqual(first.revocations.map(placeOf).toSorted(), [`${topic}/0`, `${topic}/1`])
    const next = await bench.join(joining)
    await bench.until('the rest', () => next.records.length === 8)
    assert(next.records.every((one) => one.offset >= 6n))
    await first.member.leave()
    assert.equal(first.revocations.length, 2)
    assert.equal(first.records.length, 20)
  },

  async 'a member beside the leaving one takes its partitions over'(bench) {
    const topic = await bench.topic(4)
    const joining = { group: bench.name('group'), topics: [topic] }
    const members = [await bench.join(joining), await bench.join(joining)]
    const [stays, leaves] = members
    assert(stays && leaves)
    await bench.until('two each', () => members.every(({ owned }) => owned.size === 2))
    const kept = [...stays.owned.keys()]
    const revokedBefore = stays.revocations.length
    await leaves.member.leave()
    await bench.until('all four', () => stays.owned.size === 4)
    assert.deepEqual([...stays.owned.keys()].slice(0, 2), kept)
    assert.equal(stays.revocations.length, revokedBefore)
  },

  async 'who does not let go in time loses the partition and cannot commit for it'(bench) {
    const topic = await bench.topic(2)
    const joining = { group: bench.name('group'), topics: [topic] }
    const { promise: refused, resolve } = Promise.withResolvers<unknown>()
    const { promise: joined, resolve: tellJoined } = Promise.withResolvers<Witness>()
    const slow = await bench.join({
      ...joining,
      rebalanceTimeoutMs: SHORT_REBALANCE_TIMEOUT_MS,
      async revoked({ member }, partitions) {
        const [moving] = partitions
        if (slow.revocations.length > 1 || !moving) return
        const { owned } = await joined
        await bench.until('the next owner', () => owned.has(placeOf(moving)))
        resolve(await member.commit([{ ...moving, offset: 9n }]).catch((error: unknown) => error))
      },
    })
    await bench.until('both partitions', () => slow.owned.size === 2)
    const next = await bench.join(joining)
    tellJoined(next)
    assert((await refused) instanceof StaleMemberError)
    const [moved] = slow.revocations
    assert(moved)
    const lost = () => slow.losses.some((one) => placeOf(one) === placeOf(moved))
    await bench.until('the loss', lost)
    await bench.until('one each', () => slow.owned.size === 1 && next.owned.size === 1)
    assert.deepEqual(await bench.log.admin.committed(joining.group, [topic]), [])
  },
}
