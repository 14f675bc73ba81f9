// A load for relays: many writers, few keys, slow and open transactions; and what became of it.
import { randomUUID } from 'node:crypto'
import { event } from '../catalogue/event.ts'
import { Id, text } from '../catalogue/fields.ts'
import { hours, topic } from '../catalogue/topic.ts'
import { sleep, systemClock } from '../clock.ts'
import type { EventLog, LogRecord } from '../log/log.ts'
import type { Database } from '../postgres/sql.ts'
import { until } from '../testing/until.ts'
import { createOutbox } from './outbox.ts'

export interface LoadReport {
  readonly committed: number
  /** Committed, and not in the log. */
  readonly missed: number
  /** First occurrences of a key that came after that of a later row. */
  readonly inversions: number
  /** And those that came after one whose transaction began only once theirs had committed. */
  readonly contradictions: number
  /** Committed by then, and not in the log while the stranger's transaction was open. */
  readonly behindStranger: number
  readonly duplicates: number
  /** The longest time between a commit and its record. */
  readonly waitMsMax: number
}

export interface RelayLoad {
  /** Records that were seen so far, each event once. */
  arrived(): number
  /** Ends the writers and then the stranger, waits for what can arrive, and judges. */
  finish(): Promise<LoadReport>
}

const WRITERS = 16
const KEYS = 20
const PARTITIONS = 3
const AT_ONCE = 3
const SLOW_EVERY = 20
const SLOW_MS = 50
/** Writes until each key had as many as another: its slow ones then come at another place. */
const ROUND = AT_ONCE * KEYS
/** A writer's pause between two transactions. */
const PAUSE_MS = 10
const LOOK_MS = 20
const LAST_MS_MAX = 30_000

const wait = (delayMs: number) => sleep(systemClock, delayMs)

/** Writes until `finish`, and watches the log; the topic is its own, and is deleted at the end. */
export async function startLoad(log: EventLog, database: Database): Promise<RelayLoad> {
  const name = `relays-${randomUUID()}`
  const orders = topic(name, { partitions: PARTITIONS, retentionMs: hours(1), source: '/shop' })
  const OrderPlaced = event('OrderPlaced', {
    topic: orders,
    key: 'customer_id',
    data: { customer_id: Id, note: text(100) },
    example: { customer_id: 4, note: 'soon' },
  })
  const replicationFactor = Math.min(3, await log.admin.brokerCount())
  await log.admin.createTopics([{ name, partitions: PARTITIONS, replicationFactor, config: {} }])
  const outbox = createOutbox()
  const commits = new Map<string, Commit>()
  let [written, instants] = [0, 0]
  let isOver = false

  async function write(customerId: number, work: () => Promise<unknown>): Promise<void> {
    written += 1
    const note = String(written)
    const began = (instants += 1)
    await database.transaction(async (tx) => {
      await outbox.add(tx, [OrderPlaced.of({ customer_id: customerId, note })])
      // Between the insert, which is the first of the last statements, and the commit.
      tx.beforeCommit(async () => void (await work()))
    })
    commits.set(note, { began, ended: (instants += 1), atMs: Date.now() })
  }

  async function writer(): Promise<void> {
    while (!isOver) {
      // A few writers come to a key at once; round by round other keys have the slow ones.
      const key = (Math.floor(written / AT_ONCE) % KEYS) + 1
      const isSlow = written % SLOW_EVERY === Math.floor(written / ROUND) % SLOW_EVERY
      await write(key, () => wait(isSlow ? SLOW_MS : 0))
      await wait(PAUSE_MS)
    }
  }

  // The stranger has drawn the first id of all, and commits last: nobody may wait for it.
  const leaving = Promise.withResolvers<void>()
  const drawn = Promise.withResolvers<void>()
  const stranger = write(KEYS + 1, () => {
    drawn.resolve()
    return leaving.promise
  })
  await drawn.promise
  const writers = Array.from({ length: WRITERS }, writer)
  const watch = watchLog(log, name)
  return {
    arrived: () => watch.arrivedAtMs.size,
    async finish() {
      isOver = true
      await Promise.all(writers)
      const isAllThere = () => watch.arrivedAtMs.size === commits.size
      const wait = () => until('the last record', isAllThere, LAST_MS_MAX).catch(() => false)
      await wait()
      const behindStranger = commits.size - watch.arrivedAtMs.size
      leaving.resolve()
      await stranger
      await wait()
      await watch.end()
      await log.admin.deleteTopics([name])
      const rows = await database.query<{ note: string }>(
        `select convert_from(value, 'utf8')::jsonb ->> 'note' as note from outbox order by id`,
      )
      const order = rows.map(({ note }) => note)
      return { ...judge(order, commits, watch), behindStranger }
    },
  }
}

/** Instants are numbers that rise with every call and answer of a writer. */
interface Commit {
  readonly began: number
  readonly ended: number
  readonly atMs: number
}

interface Watch {
  /** By note, in the order of the log for each key. */
  readonly arrivedAtMs: ReadonlyMap<string, number>
  readonly keyOf: ReadonlyMap<string, string>
  readonly records: number
  end(): Promise<void>
}

function watchLog(log: EventLog, topicName: string): Watch {
  const arrivedAtMs = new Map<string, number>()
  const keyOf = new Map<string, string>()
  const next = Array.from({ length: PARTITIONS }, () => 0n)
  let records = 0
  let isOver = false

  function see({ key, value }: LogRecord): void {
    const { note } = JSON.parse(textOf(value)) as { note: string }
    records += 1
    if (arrivedAtMs.has(note)) return
    arrivedAtMs.set(note, Date.now())
    keyOf.set(note, textOf(key))
  }

  async function look(): Promise<void> {
    for (const { partition, offset } of await log.admin.offsets(topicName, 'latest')) {
      const from = next[partition] ?? 0n
      if (offset === from) continue
      const place = { topic: topicName, partition }
      for await (const record of log.admin.read(place, from, offset)) see(record)
      next[partition] = offset
    }
  }

  const watching = (async () => {
    while (!isOver) {
      await look()
      await wait(LOOK_MS)
    }
    await look()
  })()
  return {
    arrivedAtMs,
    keyOf,
    get records() {
      return records
    },
    end: () => ((isOver = true), watching),
  }
}

/** A key's rows were committed in the order of their ids. */
function judge(
  order: readonly string[],
  commits: ReadonlyMap<string, Commit>,
  { arrivedAtMs, keyOf, records }: Watch,
): Omit<LoadReport, 'behindStranger'> {
  const placeOf = new Map(order.map((note, at) => [note, at]))
  const overtakes = (rankOf: (note: string) => number, lastOf: (note: string) => number) => {
    const last = new Map<string, number>()
    return [...arrivedAtMs.keys()].filter((note) => {
      const key = keyOf.get(note) ?? ''
      const before = last.get(key) ?? -1
      last.set(key, Math.max(rankOf(note), before))
      return lastOf(note) < before
    }).length
  }
  const place = (note: string) => placeOf.get(note) ?? -1
  const waits = [...commits].flatMap(([note, { atMs }]) => {
    const arrived = arrivedAtMs.get(note)
    return arrived === undefined ? [] : [arrived - atMs]
  })
  return {
    committed: commits.size,
    missed: [...commits.keys()].filter((note) => !arrivedAtMs.has(note)).length,
    inversions: overtakes(place, place),
    contradictions: overtakes(
      (note) => commits.get(note)?.began ?? 0,
      (note) => commits.get(note)?.ended ?? Infinity,
    ),
    duplicates: records - arrivedAtMs.size,
    waitMsMax: Math.max(...waits),
  }
}

const textOf = (bytes: Uint8Array | null) => new TextDecoder().decode(bytes ?? undefined)
