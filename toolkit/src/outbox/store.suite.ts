// What every outbox store promises; each adapter runs this suite.
import assert from 'node:assert/strict'
import test, { after, before, beforeEach } from 'node:test'
import { BUCKETS } from './lanes.ts'
import type { HeldKey, Lease, OutboxRow, OutboxStore } from './store.ts'
import { LEASE_MS, SENT_RETENTION_MS } from './store.ts'

export interface StoreBench {
  readonly store: OutboxStore
  /** Commits an unsent row of the key in the lane; answers its id. */
  add(lane: number, key: string): Promise<number>
  /** Lets so much time pass for leases and holds. */
  pass(byMs: number): Promise<void>
  nowMs(): number
  empty(): Promise<void>
  close(): Promise<void>
}

const ALL = { rowsMax: 10, bytesMax: 1_000_000, busy: [] }
const DELAY_MS = 60_000
const idsOf = (rows: readonly OutboxRow[]) => rows.map((row) => row.id)
const refusalOf = (rowId: number) => ({
  rowId,
  errorCode: 'SOSIK_RECORD_TOO_LARGE',
  error: 'too large\0',
})

export function outboxStoreSuite(name: string, open: () => Promise<StoreBench>): void {
  let bench: StoreBench
  let store: OutboxStore

  before(async () => {
    bench = await open()
    store = bench.store
  })
  beforeEach(() => bench.empty())
  after(() => bench.close())

  const lease = async (owner: string, busy: readonly number[] = []) =>
    (await store.lease(owner, new Set(busy))).leases.toSorted(
      (left, right) => left.bucket - right.bucket,
    )
  const unsent = async (leases: readonly Lease[], query = {}) =>
    idsOf(await store.unsent({ leases, ...ALL, ...query }))
  const due = (leases: readonly Lease[]) => store.due({ leases, ...ALL }, DELAY_MS)
  async function onlyHeld(): Promise<HeldKey> {
    const [one, ...others] = await store.held(10)
    assert.ok(one)
    assert.deepEqual(others, [])
    return one
  }

  test(`${name}: relays share the buckets fairly, and none is two relays'`, async () => {
    assert.equal((await lease('a')).length, BUCKETS)
    assert.deepEqual(await lease('b'), [])
    const [ofA, ofB] = [await lease('a'), await lease('b')]
    assert.deepEqual([ofA.length, ofB.length], [BUCKETS / 2, BUCKETS / 2])
    assert.equal(new Set([...ofA, ...ofB].map(({ bucket }) => bucket)).size, BUCKETS)
    await store.leave('a')
    assert.equal((await lease('b')).length, BUCKETS)
    assert.equal((await store.status()).relays, 1)
  })

  test(`${name}: a busy bucket is left when it is busy no more`, async () => {
    const buckets = (await lease('a')).map(({ bucket }) => bucket)
    await lease('b')
    const leaving = await store.lease('a', new Set(buckets))
    assert.deepEqual([leaving.leases.length, leaving.leaving.length], [BUCKETS, BUCKETS / 2])
    assert.equal(leaving.isFair, false)
    const left = await store.lease('a', new Set([3]))
    assert.deepEqual([left.leases.length, left.leaving, left.isFair], [BUCKETS / 2, [], true])
    assert.ok(left.leases.some(({ bucket }) => bucket === 3))
  })

  test(`${name}: a lease that ran out is taken over, and its fence has risen`, async () => {
    const before = await lease('a')
    assert.deepEqual(await lease('a'), before)
    await bench.pass(LEASE_MS - 1_000)
    assert.equal((await lease('b')).length, 0)
    await bench.pass(LEASE_MS + 1_000)
    const after = await lease('b')
    assert.equal(after.length, BUCKETS)
    assert.ok(after.every(({ bucket, fence }) => fence > (before[bucket]?.fence ?? 0)))
  })

  test(`${name}: own unsent rows come by id until they are marked`, async () => {
    const leases = await lease('a')
    const ids = [await bench.add(3, 'x'), await bench.add(5, 'y'), await bench.add(3, 'x')]
    assert.deepEqual(await unsent(leases), ids)
    assert.deepEqual(await unsent(leases, { rowsMax: 2 }), ids.slice(0, 2))
    assert.deepEqual(await unsent(leases, { bytesMax: 1 }), ids.slice(0, 1))
    assert.deepEqual(await unsent(leases, { busy: [3] }), [ids[1]])
    const three = leases.filter(({ bucket }) => bucket === 3)
    assert.deepEqual(await unsent(three), [ids[0], ids[2]])
    assert.equal(await store.markSent(leases, ids.slice(0, 2)), 2)
    assert.equal(await store.markSent(leases, ids.slice(0, 2)), 0)
    assert.deepEqual(await unsent(leases), ids.slice(2))
    const { unsent: count, oldestUnsentMs } = await store.status()
    assert.equal(count, 1)
    assert.ok(oldestUnsentMs >= 0 && oldestUnsentMs < 60_000)
  })

  test(`${name}: a relay that slept through its lease changes nothing`, async () => {
    const old = await lease('a')
    const id = await bench.add(3, 'x')
    await store.hold(old, [refusalOf(id)])
    await bench.pass(LEASE_MS + 1_000)
    const leases = await lease('b')
    assert.equal(await store.markSent(old, [id]), 0)
    assert.deepEqual(await due(old), [])
    await store.sentHeld(old, id)
    await store.uncountHeld(old, id, 0)
    await store.refusedHeld(old, refusalOf(id), null)
    const held = await onlyHeld()
    assert.deepEqual([held.attempts, held.isParked], [0, false])
    assert.equal((await due(leases)).length, 1)
  })

  test(`${name}: a held key waits alone and is counted before each try`, async () => {
    const leases = await lease('a')
    const [x, y, later] = [
      await bench.add(3, 'x'),
      await bench.add(3, 'y'),
      await bench.add(3, 'x'),
    ]
    await store.hold(leases, [refusalOf(later), refusalOf(x)])
    await store.hold(leases, [refusalOf(x)])
    assert.deepEqual(await unsent(leases), [y])
    const [first, ...others] = await due(leases)
    assert.deepEqual([first?.row.id, first?.attempts, others], [x, 1, []])
    assert.deepEqual(await due(leases), [], 'its try is under way')
    await store.refusedHeld(leases, refusalOf(x), 2_000)
    assert.deepEqual(await due(leases), [])
    await bench.pass(2_500)
    assert.equal((await due(leases))[0]?.attempts, 2)
    await store.uncountHeld(leases, x, 0)
    assert.equal((await due(leases))[0]?.attempts, 2)
    const { errorCode, error, eventType, waiting, topic, rowId } = await onlyHeld()
    assert.match(error, /^too large/)
    assert.deepEqual([errorCode, waiting, rowId], ['SOSIK_RECORD_TOO_LARGE', 2, x])
    assert.deepEqual([topic, eventType], ['orders', 'OrderPlaced'])
    await store.sentHeld(leases, x)
    assert.deepEqual(await unsent(leases), [y, later])
    assert.deepEqual(await store.held(10), [])
  })

  test(`${name}: a parked key waits until it is released or discarded`, async () => {
    const leases = await lease('a')
    const long = 'x'.repeat(6_000)
    const [x, later] = [await bench.add(3, long), await bench.add(3, long)]
    const park = async () => {
      await store.hold(leases, [refusalOf(x)])
      await store.refusedHeld(leases, refusalOf(x), null)
    }
    await park()
    const place = await onlyHeld()
    assert.equal(place.isParked, true)
    assert.equal((await store.status()).parkedKeys, 1)
    await bench.pass(LEASE_MS - 1_000)
    assert.deepEqual(await due(leases), [])
    assert.equal(await store.release(place), true)
    assert.deepEqual(await unsent(leases), [x, later])
    await park()
    assert.equal(await store.discard(place), true)
    assert.equal(await store.discard(place), false)
    assert.equal(await store.release(place), false)
    assert.deepEqual(await unsent(leases), [later])
    const sent = { fromMs: 0, toMs: bench.nowMs() + 60_000 }
    assert.equal(await store.republish(sent, { index: 0, count: 1 }), 0)
  })

  test(`${name}: what was sent is sent again, key by key, and old rows go`, async () => {
    const leases = await lease('a')
    const ids = [await bench.add(3, 'x'), await bench.add(4, 'y'), await bench.add(3, 'x')]
    await store.markSent(leases, ids)
    const soonMs = bench.nowMs() + 60_000
    const slice = { index: 1, count: 2 }
    assert.equal(await store.countSent({ fromMs: soonMs, toMs: soonMs * 2 }), 0)
    assert.equal(await store.republish({ fromMs: soonMs, toMs: soonMs * 2 }, slice), 0)
    assert.equal(await store.countSent({ fromMs: 0, toMs: soonMs }), 3)
    assert.equal(await store.republish({ fromMs: 0, toMs: soonMs }, slice), 2)
    assert.deepEqual(await unsent(leases), [ids[0], ids[2]])
    await store.markSent(leases, ids)
    assert.equal(await store.purge(bench.nowMs()), false)
    assert.equal(await store.countSent({ fromMs: 0, toMs: soonMs }), 3)
    await store.purge(bench.nowMs() + SENT_RETENTION_MS + 60_000)
    assert.equal(await store.countSent({ fromMs: 0, toMs: soonMs }), 0)
  })
}
