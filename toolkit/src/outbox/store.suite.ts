// What every outbox store promises; each adapter runs this suite.
import assert from 'node:assert/strict'
import test, { after, before, beforeEach } from 'node:test'
import { BUCKETS } from './lanes.ts'
import { operateOutbox } from './operate.ts'
import { type Lease, LEASE_MS, type OutboxStore } from './store.ts'
import { ALL, DELAY_MS, onlyHeld, refusalOf, type StoreBench, unsentIds } from './store-bench.ts'

const NONE: ReadonlySet<number> = new Set()

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
  const unsent = (leases: readonly Lease[], query = {}) => unsentIds(store, leases, query)
  const due = (leases: readonly Lease[]) => store.due({ leases, ...ALL }, DELAY_MS)

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
    const held = await onlyHeld(store)
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
    const { errorCode, error, eventType, waiting, topic, rowId } = await onlyHeld(store)
    assert.match(error, /^too large/)
    assert.deepEqual([errorCode, waiting, rowId], ['SOSIK_RECORD_TOO_LARGE', 2, x])
    assert.deepEqual([topic, eventType], ['orders', 'OrderPlaced'])
    await store.sentHeld(leases, x)
    assert.deepEqual(await unsent(leases), [y, later])
    assert.deepEqual(await store.held({}, 10), [])
  })

  test(`${name}: a relay is told what it has given up, apart from what it has lost`, async () => {
    await store.lease('a', NONE)
    await store.lease('b', NONE)
    const { given, leases } = await store.lease('a', NONE)
    assert.deepEqual([given.length, leases.length], [BUCKETS / 2, BUCKETS / 2])
    await bench.pass(LEASE_MS + 1_000)
    await lease('b')
    const after = await store.lease('a', NONE)
    assert.deepEqual(after.given, [])
  })

  test(`${name}: what waits behind held rows is set aside, and comes back in order`, async () => {
    const leases = await lease('a')
    const xs = [await bench.add(3, 'x'), await bench.add(3, 'x')]
    const ys = [await bench.add(3, 'y'), await bench.add(3, 'y')]
    const free = await bench.add(3, 'z')
    await store.hold(leases, [refusalOf(xs[0] ?? 0), refusalOf(ys[0] ?? 0)])
    const other = leases.filter(({ bucket }) => bucket !== 3)
    await store.setAside(other)
    assert.equal(await store.setAside(leases), false)
    xs.push(await bench.add(3, 'x'))
    assert.deepEqual(await unsent(leases), [free])
    const { heldRows, unsent: count } = await store.status()
    assert.deepEqual([heldRows, count], [5, 1])
    assert.deepEqual(
      (await store.held({}, 10)).map(({ waiting }) => waiting),
      [3, 2],
    )
    assert.equal(await operateOutbox({ store }).release({ rowId: xs[0] ?? 0 }, 'Minsu'), 1)
    assert.deepEqual(await unsent(leases), [xs[0], xs[1], free, xs[2]])
    await store.due({ leases, ...ALL }, DELAY_MS)
    await store.sentHeld(leases, ys[0] ?? 0)
    assert.deepEqual(await unsent(leases), [xs[0], xs[1], ys[1], free, xs[2]])
  })
}
