// The relay's promises in memory and virtual time: held keys, shares, fences, an outage.
import assert from 'node:assert/strict'
import test from 'node:test'
import { diagnostics, type PublishRefused } from '../diagnostics.ts'
import { embeddedEventLog } from '../embedded/embedded-event-log.ts'
import { memoryStorage } from '../embedded/memory.ts'
import { VirtualClock } from '../embedded/virtual-clock.ts'
import { PublishError, RecordTooLargeError } from '../errors.ts'
import type { AppendResult, EventLog, NewRecord } from '../log/log.ts'
import { laneOf } from './lanes.ts'
import { memoryOutbox } from './memory-store.ts'
import { operateOutbox } from './operate.ts'
import { createRelay, type Relay } from './relay.ts'
import { ATTEMPTS_MAX } from './settle.ts'
import { LEASE_MS, type OutboxStore } from './store.ts'

const encoder = new TextEncoder()
const MINUTE_MS = 60_000

interface Bench {
  readonly clock: VirtualClock
  readonly store: OutboxStore
  readonly refusals: PublishRefused[]
  /** What the log does instead of appending; undefined lets it append. */
  refuse: (record: NewRecord) => Error | undefined
  relay(): Relay
  commit(key: string, value: string): void
  /** `key value` of every record, in its order. */
  sent(): Promise<string[]>
}

const behind = (cause: Error) =>
  new PublishError('One before it in its partition was refused.', { cause })

async function onBench(play: (bench: Bench) => Promise<void>): Promise<void> {
  const clock = new VirtualClock()
  const log = embeddedEventLog({ storage: memoryStorage(), clock })
  const created = log.admin.createTopics([
    { name: 'orders', partitions: 1, replicationFactor: 1, config: {} },
  ])
  await clock.advance(0)
  await created
  const relays: Relay[] = []
  const refusals: PublishRefused[] = []
  const end = diagnostics.publishRefused.on((news) => refusals.push(news))
  const { store, commit } = memoryOutbox(clock)
  let lastId = 0
  const bench: Bench = {
    clock,
    store,
    refusals,
    refuse: () => undefined,
    relay() {
      const relay = createRelay({ store, clock, log: { append: refusing(log, bench) } })
      relays.push(relay)
      relay.start()
      return relay
    },
    commit(key, value) {
      lastId += 1
      const bytes = { key: encoder.encode(key), value: encoder.encode(value) }
      const event = { eventId: `e${lastId}`, eventType: 'OrderPlaced', headers: [] }
      commit([
        { id: lastId, lane: laneOf('orders', bytes.key), topic: 'orders', ...event, ...bytes },
      ])
    },
    async sent() {
      const records: string[] = []
      const reading = (async () => {
        for await (const one of log.admin.read({ topic: 'orders', partition: 0 }, 0n, 10_000n))
          records.push(`${textOf(one.key)} ${textOf(one.value)}`)
      })()
      await clock.advance(0)
      await reading
      return records
    },
  }
  try {
    await play(bench)
  } finally {
    end()
    const stopped = Promise.all(relays.map((relay) => relay.stop()))
    await clock.advance(MINUTE_MS)
    await stopped
    const closed = log.close()
    await clock.advance(0)
    await closed
  }
}

const textOf = (bytes: Uint8Array | null) => new TextDecoder().decode(bytes ?? undefined)

/** Refuses as the port says: a refused record refuses those behind it in its call. */
function refusing(log: EventLog, bench: Bench): EventLog['append'] {
  return async (records) => {
    const refusals = records.map((record) => bench.refuse(record))
    const at = refusals.findIndex((error) => error !== undefined)
    const refusal = refusals[at]
    if (refusal === undefined) return log.append(records)
    const written = await log.append(records.slice(0, at))
    const rest = records.slice(at + 1).map(() => ({ ok: false as const, error: behind(refusal) }))
    return [...written, { ok: false, error: refusal }, ...rest]
  }
}

test('a row that the log never takes holds its key alone, is parked, and can be released', () =>
  onBench(async (bench) => {
    let tooLarge = true
    bench.refuse = ({ value }) =>
      tooLarge && textOf(value) === 'large' ? new RecordTooLargeError('') : undefined
    for (const [key, value] of [
      ['x', 'first'],
      ['x', 'large'],
      ['y', 'one'],
      ['x', 'after'],
    ] as const) {
      bench.commit(key, value)
    }
    bench.relay()
    await bench.clock.advance(1_000)
    assert.deepEqual(await bench.sent(), ['x first', 'y one'])
    await bench.clock.advance(MINUTE_MS)
    assert.deepEqual(
      bench.refusals.map((news) => [news.attempt, news.isLast]),
      Array.from({ length: ATTEMPTS_MAX }, (_, at) => [at + 1, at + 1 === ATTEMPTS_MAX]),
    )
    bench.commit('y', 'two')
    bench.commit('x', 'last')
    await bench.clock.advance(1_000)
    assert.deepEqual(await bench.sent(), ['x first', 'y one', 'y two'])
    const [held] = await bench.store.held({}, 10)
    assert.deepEqual([held?.isParked, held?.waiting], [true, 3])
    tooLarge = false
    assert.ok(held)
    await operateOutbox(bench).release({ key: held.key }, 'Minsu')
    await bench.clock.advance(5_000)
    const sent = await bench.sent()
    assert.deepEqual(sent.slice(3), ['x large', 'x after', 'x last'])
    assert.equal((await bench.store.status()).unsent, 0)
  }))

test('while the log is away nothing is counted, and afterwards all is sent once in order', () =>
  onBench(async (bench) => {
    let away = true
    bench.refuse = () => (away ? new PublishError('away') : undefined)
    for (let at = 0; at < 20; at += 1) bench.commit(at % 2 === 0 ? 'x' : 'y', String(at))
    bench.relay()
    await bench.clock.advance(MINUTE_MS)
    assert.deepEqual([bench.refusals, await bench.store.held({}, 10)], [[], []])
    away = false
    await bench.clock.advance(5_000)
    const sent = await bench.sent()
    const even = Array.from({ length: 10 }, (_, at) => 2 * at)
    const valuesOf = (key: string) =>
      sent.filter((line) => line.startsWith(key)).map((line) => Number(line.slice(2)))
    assert.deepEqual(valuesOf('x'), even)
    assert.deepEqual(
      valuesOf('y'),
      even.map((value) => value + 1),
    )
  }))

test('an outage in the try of a held row does not count as one', () =>
  onBench(async (bench) => {
    let tries = 0
    bench.refuse = () => {
      tries += 1
      return tries === 1 ? new RecordTooLargeError('') : new PublishError('away')
    }
    bench.commit('x', 'large')
    bench.relay()
    await bench.clock.advance(MINUTE_MS)
    assert.ok(tries > ATTEMPTS_MAX)
    const [held] = await bench.store.held({}, 10)
    assert.deepEqual([held?.isParked, held?.attempts], [false, 0])
  }))

test('a second relay takes its half over, and all of it when the first is gone', () =>
  onBench(async (bench) => {
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'].map((key, at) => `${key}${at}`)
    const first = bench.relay()
    bench.relay()
    await bench.clock.advance(LEASE_MS)
    for (const key of keys) bench.commit(key, 'one')
    await bench.clock.advance(1_000)
    assert.equal((await bench.sent()).length, keys.length)
    const stopped = first.stop()
    await bench.clock.advance(1_000)
    await stopped
    for (const key of keys) bench.commit(key, 'two')
    await bench.clock.advance(2_000)
    assert.equal((await bench.sent()).length, 2 * keys.length)
  }))

/** A log whose answer for one key waits until it is let go. */
function slowLog(name: string, story: string[], slowKey: string, gate: Promise<void>) {
  return {
    async append(records: readonly NewRecord[]): Promise<AppendResult[]> {
      const key = textOf(records[0]?.key ?? null)
      story.push(...records.map((record) => `${name} ${key} ${textOf(record.value)}`))
      if (key === slowKey) await gate
      return records.map(() => ({ ok: true, partition: 0, offset: 0n }))
    },
  }
}

test('while one key is slow for longer than a lease, it stays with its relay and others go', () =>
  onBench(async (bench) => {
    const { promise: gate, resolve: letGo } = Promise.withResolvers<void>()
    const { store, clock } = bench
    const story: string[] = []
    const relays = ['one', 'two'].map((name) =>
      createRelay({ store, clock, log: slowLog(name, story, 'x', gate) }),
    )
    bench.commit('x', 'slow')
    relays[0]?.start()
    await clock.advance(10)
    relays[1]?.start()
    await clock.advance(5 * LEASE_MS)
    for (const key of ['a', 'b', 'c', 'd', 'x']) bench.commit(key, 'later')
    await clock.advance(1_000)
    const rest = story.splice(0)
    assert.equal(rest.shift(), 'one x slow')
    assert.equal(rest.length, 4)
    assert.ok(rest.every((line) => !line.includes(' x ')))
    letGo()
    await clock.advance(LEASE_MS)
    assert.equal(story.length, 1)
    assert.match(story[0] ?? '', / x later$/)
    assert.equal((await store.status()).unsent, 0)
    const stopped = Promise.all(relays.map((relay) => relay.stop()))
    await clock.advance(1_000)
    await stopped
  }))

test('what is committed while another key is slow goes at once', () =>
  onBench(async (bench) => {
    const { promise: gate, resolve: letGo } = Promise.withResolvers<void>()
    const { store, clock } = bench
    const story: string[] = []
    const commits: (() => void)[] = []
    const onCommit = (listener: () => void) => {
      commits.push(listener)
      return () => {}
    }
    const log = slowLog('one', story, 'x', gate)
    const relay = createRelay({ store, clock, log, outbox: { onCommit }, pollMsMax: MINUTE_MS })
    bench.commit('x', 'slow')
    relay.start()
    await clock.advance(3_000)
    bench.commit('y', 'later')
    for (const tell of commits) tell()
    await clock.advance(20)
    assert.deepEqual(story, ['one x slow', 'one y later'])
    letGo()
    const stopped = relay.stop()
    await clock.advance(1_000)
    await stopped
  }))

test('a relay that is told to look seldom keeps its leases', () =>
  onBench(async (bench) => {
    const { store, clock } = bench
    const lost: unknown[] = []
    const end = diagnostics.leasesLost.on((news) => lost.push(news))
    const relays = ['one', 'two'].map((owner) =>
      createRelay({
        store,
        clock,
        owner,
        pollMsMax: 10 * MINUTE_MS,
        log: slowLog('', [], '', Promise.resolve()),
      }),
    )
    for (const relay of relays) relay.start()
    await clock.advance(10 * MINUTE_MS)
    end()
    assert.deepEqual(lost, [])
    const stopped = Promise.all(relays.map((relay) => relay.stop()))
    await clock.advance(1_000)
    await stopped
  }))
