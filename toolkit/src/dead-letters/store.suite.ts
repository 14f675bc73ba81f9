// What every index of dead letters promises; each adapter runs this suite.
import assert from 'node:assert/strict'
import test, { after, before, beforeEach } from 'node:test'
import type { DeadLetter, DeadLetterState } from './dead-letter.ts'
import type { DeadLetterStore, NewDeadLetter, NewRun, Selection } from './store.ts'

export interface StoreBench {
  readonly store: DeadLetterStore
  /** The group's inbox has the event from now on. */
  handled(group: string, eventId: string): Promise<void>
  empty(): Promise<void>
  close(): Promise<void>
}

const GROUP = 'billing'
const NOW_MS = Date.parse('2026-01-27T10:00:00.000Z')
const place = { topic: 'orders', partition: 1 }
const UNENDED: DeadLetterState[] = ['open', 'quarantined', 'redriving', 'discarding', 'following']

const letter = (offset: number, given: Partial<NewDeadLetter> = {}): NewDeadLetter => ({
  ...place,
  group: GROUP,
  offset: BigInt(offset),
  key: Buffer.from('4'),
  letterOffset: BigInt(offset + 100),
  eventId: `e${offset}`,
  eventType: 'OrderPlaced',
  errorCode: 'Error',
  error: 'no ink',
  failedAtMs: NOW_MS,
  parkedAtMs: NOW_MS - 1_000,
  parks: true,
  redrives: 0,
  nextLetter: BigInt(offset + 101),
  followedTo: BigInt(offset),
  owner: 'one',
  ...given,
})

const run = (id: string, given: Partial<NewRun> = {}): NewRun => ({
  id,
  group: GROUP,
  action: 'redrive',
  requestedBy: 'Minsu',
  requestedAtMs: NOW_MS,
  selection: { type: 'OrderPlaced' },
  quarantined: false,
  cap: 100,
  ratePerSecond: 1_000,
  ...given,
})

export function deadLetterStoreSuite(name: string, open: () => Promise<StoreBench>): void {
  let bench: StoreBench
  let store: DeadLetterStore

  before(async () => {
    bench = await open()
    store = bench.store
  })
  beforeEach(() => bench.empty())
  after(() => bench.close())

  const list = (selection: Selection = {}, limit = 100) =>
    store.list({ group: GROUP, states: UNENDED, selection, limit })
  const offsetsOf = (letters: readonly DeadLetter[]) => letters.map((one) => Number(one.offset))
  const ask = (selection: Selection, given: NewRun, states: DeadLetterState[] = ['open']) =>
    store.request({ group: GROUP, states, selection, limit: given.cap }, given)
  const requested = (nowMs = NOW_MS + 1_000) =>
    store.requested({ group: GROUP, partitions: [place], nowMs, limit: 100 })
  async function only(): Promise<DeadLetter> {
    const [one, ...others] = await list()
    assert.ok(one)
    assert.deepEqual(others, [])
    return one
  }

  test(`${name}: what goes in comes back, text of every kind and a null key included`, async () => {
    const given = letter(7, { error: 'a\0b \ud83d 한글', key: null, eventType: 'unknown' })
    await store.add(given, false)
    const { error, ...one } = await only()
    assert.match(error, /^a.*한글$/s)
    const unasked = { runId: null, dueAtMs: null, endedAtMs: null }
    assert.deepEqual(
      { ...one, error: given.error },
      { ...given, starts: 0, state: 'open', ending: null, ...unasked },
    )
    const found = await store.find(one)
    assert.equal(found?.eventId, 'e7')
    assert.equal(await store.find({ ...one, offset: 8n }), undefined)
  })

  test(`${name}: adding again changes nothing; what had ended is open again`, async () => {
    assert.equal(await store.add(letter(7), false), true)
    assert.equal(await store.add(letter(7, { letterOffset: 300n }), false), true)
    const one = await only()
    assert.equal(one.letterOffset, 107n)
    await ask({}, run('r1'))
    const [asked] = await requested()
    assert.ok(asked)
    await store.move(asked, { change: { state: 'redriven', endedAtMs: NOW_MS } })
    assert.deepEqual(await list(), [])
    await store.add(letter(7, { letterOffset: 400n }), false)
    const again = await only()
    assert.deepEqual([again.letterOffset, again.state, again.runId], [400n, 'open', null])
  })

  test(`${name}: what the group has handled is not added by a late member`, async () => {
    await bench.handled(GROUP, 'e7')
    assert.equal(await store.add(letter(7), true), false)
    assert.deepEqual(await list(), [])
    assert.equal(await store.add(letter(7), false), true)
    assert.equal(await store.add(letter(8), true), true)
    assert.equal(await store.add(letter(9, { group: 'search', eventId: 'e7' }), true), true)
    assert.deepEqual(offsetsOf(await list()), [7, 8])
  })

  test(`${name}: a discarded event that lies in the log once more is handled`, async () => {
    await store.add(letter(7), true)
    await ask({}, run('r1', { action: 'discard' }))
    const [asked] = await requested()
    assert.ok(asked)
    const change = { state: 'following', ending: 'discarded' } as const
    assert.equal(await store.move(asked, { change }), true)
    assert.equal(await store.add(letter(9, { eventId: 'e7' }), true), false)
    assert.equal(await store.add(letter(8), true), true)
  })

  test(`${name}: a step whose answer was lost is done once and true`, async () => {
    await store.add(letter(7), true)
    await ask({}, run('r1'))
    const [asked] = await requested()
    assert.ok(asked)
    const change = { state: 'redriven', endedAtMs: NOW_MS + 1, nextLetter: 109n } as const
    const move = { change, count: { succeeded: 1 }, successor: letter(8) }
    assert.equal(await store.move(asked, move), true)
    assert.equal(await store.move(asked, move), true)
    const [figures] = await store.runs(GROUP, 1)
    assert.equal(figures?.succeeded, 1)
    assert.deepEqual(offsetsOf(await list()), [8])
    const other = { change: { state: 'discarded', endedAtMs: NOW_MS + 1 } } as const
    assert.equal(await store.move(asked, other), false)
  })

  test(`${name}: a redriven event is in the inbox by its effect alone`, async () => {
    await store.add(letter(7), true)
    await ask({}, run('r1'))
    const [asked] = await requested()
    assert.ok(asked)
    assert.equal(await store.move(asked, { change: { starts: 1 } }), true)
    assert.equal(await store.add(letter(9, { eventId: 'e7' }), true), true)
  })

  test(`${name}: after a claim, who had the partition before moves nothing`, async () => {
    await store.add(letter(7), false)
    await store.add(letter(8, { partition: 2 }), false)
    await store.add(letter(9, { group: 'search' }), false)
    await ask({}, run('r1'))
    const [old] = await requested()
    assert.ok(old)
    const claimed = await store.claim(GROUP, [place], 'two')
    assert.deepEqual(offsetsOf(claimed), [7])
    assert.equal(claimed[0]?.owner, 'two')
    assert.equal(await store.move(old, { change: { state: 'redriven' } }), false)
    assert.equal(await store.move({ ...old, owner: 'two' }, { change: { starts: 1 } }), true)
    assert.equal((await store.find(old))?.starts, 1)
    const stale = { ...old, owner: 'two', state: 'open' as const }
    assert.equal(await store.move(stale, { change: { starts: 2 } }), false)
  })

  test(`${name}: of those that park a key the first is asked for, with the next`, async () => {
    const key = Buffer.from('5')
    for (const offset of [7, 9]) await store.add(letter(offset), false)
    for (const offset of [8, 10]) await store.add(letter(offset, { key, parks: false }), false)
    await store.add(letter(3, { key: null }), false)
    assert.deepEqual(await requested(), [])
    assert.equal(await ask({}, run('r1')), 5)
    assert.deepEqual(
      (await requested()).map((one) => [Number(one.offset), one.nextOffset]),
      [
        [3, null],
        [7, 9n],
        [8, null],
        [10, null],
      ],
    )
    const elsewhere = { group: GROUP, partitions: [{ ...place, partition: 2 }] }
    assert.deepEqual(await store.requested({ ...elsewhere, nowMs: NOW_MS + 1_000, limit: 9 }), [])
  })

  test(`${name}: a run is spread over time by its rate, and keeps its cap`, async () => {
    for (const offset of [5, 6, 7, 8, 9]) await store.add(letter(offset, { parks: false }), false)
    assert.equal(await ask({}, run('r1', { ratePerSecond: 2, cap: 4 })), 4)
    const due = async (afterMs: number) => offsetsOf(await requested(NOW_MS + afterMs))
    assert.deepEqual(await due(-1), [])
    assert.deepEqual(await due(0), [5])
    assert.deepEqual(await due(500), [5, 6])
    assert.deepEqual(await due(60_000), [5, 6, 7, 8])
  })

  test(`${name}: a step changes the dead letter, its run and its successor together`, async () => {
    await store.add(letter(7), false)
    await ask({}, run('r1'))
    await ask({}, run('r2', { action: 'discard', requestedAtMs: NOW_MS + 1, requestedBy: 'a\0' }))
    const [asked] = await requested()
    assert.ok(asked)
    const successor = letter(8, { parkedAtMs: asked.parkedAtMs, owner: 'one' })
    const ended = { state: 'redriven', endedAtMs: NOW_MS } as const
    const count = { succeeded: 1, followers: 3 }
    assert.equal((await store.run('r1'))?.unfinished, 1)
    assert.equal(await store.move(asked, { change: ended, count, successor }), true)
    assert.equal((await store.run('r1'))?.unfinished, 0)
    assert.equal(await store.run('nobody'), undefined)
    assert.deepEqual(offsetsOf(await list()), [8])
    const runs = await store.runs(GROUP, 10)
    assert.deepEqual(
      runs.map((one) => [one.id, one.selected, one.succeeded, one.failed, one.followers]),
      [
        ['r2', 0, 0, 0, 0],
        ['r1', 1, 1, 0, 3],
      ],
    )
    const { selected, succeeded, failed, followers, unfinished, ...rest } = runs[1] ?? {}
    assert.deepEqual(rest, run('r1'))
    assert.deepEqual(await store.run('r1'), runs[1])
    assert.ok([selected, succeeded, failed, followers, unfinished].every(Number.isInteger))
    // The stale copy is fenced, and with it its successor.
    const late = { ...ended, endedAtMs: NOW_MS + 1 }
    assert.equal(await store.move(asked, { change: late, successor: letter(9) }), false)
    assert.deepEqual(offsetsOf(await list()), [8])
  })

  test(`${name}: a selection fits by type, key, code, time, id and place`, async () => {
    const key = Buffer.from('5')
    await store.add(letter(1, { eventType: 'OrderLost' }), false)
    await store.add(letter(2, { key }), false)
    await store.add(letter(3, { key: null }), false)
    await store.add(letter(4, { errorCode: 'SOSIK_SCHEMA' }), false)
    await store.add(letter(5, { failedAtMs: NOW_MS + 60_000 }), false)
    await store.add(letter(6, { partition: 2 }), false)
    await store.add(letter(7, { topic: 'bills' }), false)
    const selections: [Selection, number[]][] = [
      [{}, [7, 1, 2, 3, 4, 5, 6]],
      [{ type: 'OrderLost' }, [1]],
      [{ key }, [2]],
      [{ key: null }, [3]],
      [{ errorCode: 'SOSIK_SCHEMA' }, [4]],
      [{ failedFromMs: NOW_MS + 60_000 }, [5]],
      [{ failedBeforeMs: NOW_MS + 60_000, topic: 'orders', partition: 1 }, [1, 2, 3, 4]],
      [{ eventId: 'e3' }, [3]],
      [{ topic: 'bills' }, [7]],
      [{ topic: 'orders', partition: 2, offset: 6n }, [6]],
      [{ type: 'OrderPlaced', eventId: 'e1' }, []],
    ]
    for (const [selection, expected] of selections) {
      assert.deepEqual(offsetsOf(await list(selection)), expected, JSON.stringify(expected))
    }
    assert.deepEqual(offsetsOf(await list({}, 2)), [7, 1])
    await ask({ eventId: 'e3' }, run('r1'))
    assert.equal((await list({ eventId: 'e3' }))[0]?.state, 'redriving')
    assert.equal(await ask({}, run('r2'), ['quarantined']), 0)
  })

  test(`${name}: a group is summed up: keys, ages, and nothing when nothing is left`, async () => {
    assert.deepEqual(await store.summary(), [])
    await store.add(letter(1, { parkedAtMs: NOW_MS - 5_000 }), false)
    await store.add(letter(2, { failedAtMs: NOW_MS - 2_000 }), false)
    await store.add(letter(3, { key: null }), false)
    await store.add(letter(4, { key: Buffer.from('5'), parks: false, parkedAtMs: 0 }), false)
    await ask({ eventId: 'e2' }, run('r1'))
    assert.deepEqual(await store.summary(), [
      {
        group: GROUP,
        unended: 4,
        parkedKeys: 2,
        oldestParkedAtMs: NOW_MS - 5_000,
        oldestOpenAtMs: NOW_MS,
      },
    ])
  })

  test(`${name}: what ended is kept for the audit, and forgotten when it is old`, async () => {
    for (const offset of [1, 2]) await store.add(letter(offset), false)
    await ask({ eventId: 'e1' }, run('r1'))
    const [asked] = await requested()
    assert.ok(asked)
    await store.move(asked, { change: { state: 'discarded', endedAtMs: NOW_MS } })
    await store.purge(NOW_MS)
    assert.equal((await store.find(asked))?.state, 'discarded')
    assert.equal(await store.purge(NOW_MS + 1), false)
    assert.equal(await store.find(asked), undefined)
    assert.deepEqual(offsetsOf(await list()), [2])
  })
}
