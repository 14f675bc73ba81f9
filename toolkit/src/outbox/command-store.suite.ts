// What every outbox store promises to people and monitors; each adapter runs this suite.
import assert from 'node:assert/strict'
import test, { after, before, beforeEach } from 'node:test'
import { systemClock } from '../clock.ts'
import type { HeldSelection, SentQuery } from './command-store.ts'
import { type OutboxOperations, operateOutbox } from './operate.ts'
import { type Lease, LEASE_MS, type OutboxStore, SENT_RETENTION_MS } from './store.ts'
import { ALL, DELAY_MS, onlyHeld, refusalOf, type StoreBench, unsentIds } from './store-bench.ts'

export function outboxCommandSuite(name: string, open: () => Promise<StoreBench>): void {
  let bench: StoreBench
  let store: OutboxStore
  let outbox: OutboxOperations
  let actions: number

  before(async () => {
    bench = await open()
    store = bench.store
    const nowMs = () => (actions += 1)
    const newId = () => `action ${actions}`
    outbox = operateOutbox({ store, newId, clock: { ...systemClock, nowMs } })
  })
  beforeEach(() => {
    actions = 0
    return bench.empty()
  })
  after(() => bench.close())

  const lease = async (owner: string) => (await store.lease(owner, new Set())).leases
  const unsent = (leases: readonly Lease[]) => unsentIds(store, leases)
  const action = { requestedBy: 'Minsu', requestedAtMs: 1, selection: {} }
  const again = (query: SentQuery) => outbox.republish({ query, requestedBy: 'Minsu' })
  const due = (leases: readonly Lease[]) => store.due({ leases, ...ALL }, DELAY_MS)

  test(`${name}: a failure of the log is kept, and the newest one is told`, async () => {
    assert.equal((await store.status()).lastError, null)
    await store.lease('a', new Set(), { errorCode: 'SOSIK_PUBLISH', error: 'away\0' })
    const leases = await lease('a')
    const told = await store.status()
    assert.match(told.lastError?.error ?? '', /^away/)
    assert.ok(Math.abs((told.lastError?.atMs ?? 0) - bench.nowMs()) < 60_000)
    await bench.pass(1_000)
    await store.hold(leases, [refusalOf(await bench.add(3, 'x'))])
    assert.equal((await store.status()).lastError?.errorCode, 'SOSIK_RECORD_TOO_LARGE')
  })

  test(`${name}: buckets tell whose they are, by which fence and for how long`, async () => {
    const leases = (await lease('a')).toSorted((left, right) => left.bucket - right.bucket)
    const buckets = await store.buckets()
    assert.deepEqual(
      buckets.map(({ bucket, fence, owner }) => ({ bucket, fence, owner })),
      leases.map((one) => ({ ...one, owner: 'a' })),
    )
    assert.ok(buckets.every(({ leftMs }) => leftMs > 0 && leftMs <= LEASE_MS))
    await bench.pass(LEASE_MS + 1_000)
    assert.ok((await store.buckets()).every(({ leftMs }) => leftMs < 0))
    await store.leave('a')
    assert.ok((await store.buckets()).every(({ owner }) => owner === null))
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
    const { isParked, key, eventId } = await onlyHeld(store)
    assert.equal(isParked, true)
    assert.equal((await store.status()).parkedKeys, 1)
    await bench.pass(LEASE_MS - 1_000)
    assert.deepEqual(await due(leases), [])
    assert.equal(await outbox.release({ key }, 'Minsu'), 1)
    assert.deepEqual(await unsent(leases), [x, later])
    await park()
    assert.equal(await outbox.discard(x, 'Minsu'), true)
    assert.equal(await outbox.discard(x, 'Minsu'), false)
    assert.equal(await outbox.release({ key }, 'Minsu'), 0)
    assert.deepEqual(await unsent(leases), [later])
    assert.equal(await again({ fromMs: 0 }), 0)
    const told = await outbox.actions()
    assert.deepEqual(
      told.map(({ action, done }) => [action, done]),
      [
        ['release', 0],
        ['discard', 1],
        ['release', 1],
      ],
    )
    const { requestedBy, requestedAtMs, selection } = told[1] ?? {}
    assert.deepEqual([requestedBy, requestedAtMs], ['Minsu', 2])
    const { error, ...found } = selection ?? {}
    assert.match(error ?? '', /^too large/)
    assert.deepEqual(found, {
      rowId: String(x),
      topic: 'orders',
      key: long,
      errorCode: 'SOSIK_RECORD_TOO_LARGE',
      eventId,
      eventType: 'OrderPlaced',
    })
    assert.equal((await outbox.actions(2)).length, 2)
  })

  test(`${name}: held keys are found and released by row, key, topic, code and state`, async () => {
    const leases = await lease('a')
    const [x, y, bill] = [
      await bench.add(3, 'x'),
      await bench.add(4, 'y'),
      await bench.add(5, 'x', 'bills'),
    ]
    const denied = { rowId: y, errorCode: 'SOSIK_LOG_REFUSED', error: 'denied' }
    await store.hold(leases, [refusalOf(x), denied, { ...denied, rowId: bill }])
    await store.refusedHeld(leases, denied, null)
    const rowsOf = async (selection: HeldSelection) =>
      (await store.held(selection, 10)).map(({ rowId }) => rowId)
    const key = Buffer.from('x')
    const selections: [HeldSelection, number[]][] = [
      [{}, [x, y, bill]],
      [{ rowId: y }, [y]],
      [{ topic: 'orders' }, [x, y]],
      [{ key }, [x, bill]],
      [{ errorCode: 'SOSIK_LOG_REFUSED' }, [y, bill]],
      [{ isParked: true }, [y]],
      [{ isParked: false }, [x, bill]],
      [{ topic: 'bills', errorCode: 'SOSIK_LOG_REFUSED', isParked: true }, []],
    ]
    for (const [selection, rows] of selections) assert.deepEqual(await rowsOf(selection), rows)
    assert.deepEqual((await store.held({}, 2)).length, 2)
    await store.remember({ ...action, id: 'earlier', action: 'release' })
    await bench.pass(1_000)
    await store.sentHeld(leases, bill)
    const again = await bench.add(5, 'x', 'bills')
    await store.hold(leases, [{ ...denied, rowId: again }])
    const { keys, isMore } = await store.release({ errorCode: denied.errorCode }, 'earlier')
    assert.deepEqual([keys, isMore], [1, false], 'not what was held since')
    assert.deepEqual(await rowsOf({}), [x, again])
  })

  test(`${name}: what was sent is sent again, key by key, and old rows go`, async () => {
    const leases = await lease('a')
    const ids = [await bench.add(3, 'x'), await bench.add(4, 'y'), await bench.add(3, 'x')]
    await store.markSent(leases, ids)
    const soonMs = bench.nowMs() + 60_000
    const [first = 0, , last = 0] = ids
    const counts: [SentQuery, number][] = [
      [{}, 3],
      [{ fromMs: soonMs }, 0],
      [{ fromMs: 0, toMs: soonMs }, 3],
      [{ fromId: first + 1 }, 2],
      [{ fromId: first, toId: last }, 2],
      [{ topic: 'bills' }, 0],
      [{ topic: 'orders', toId: last }, 2],
    ]
    for (const [query, count] of counts) assert.equal(await store.countSent(query), count)
    const slice = { index: 1, count: 2 }
    await store.remember({ ...action, id: 'again', action: 'republish' })
    assert.equal(await store.republish({ fromMs: soonMs }, slice, 'again'), 0)
    assert.equal(await store.republish({ fromMs: 0, toMs: soonMs }, slice, 'again'), 2)
    assert.deepEqual(await unsent(leases), [first, last])
    assert.equal((await store.actions(1))[0]?.done, 2)
    await store.markSent(leases, ids)
    assert.equal(await store.purge(bench.nowMs()), false)
    assert.equal(await store.countSent({}), 3)
    await store.purge(bench.nowMs() + SENT_RETENTION_MS + 60_000)
    assert.equal(await store.countSent({}), 0)
  })
}
