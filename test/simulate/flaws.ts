// Seeded flaws: parts in the place of the product's own, each of which a simulation must find.
import type { Effects, EventLog, GroupListener, NewRecord } from 'sosik'
import type { Sql } from 'sosik/postgres'
import {
  type Node,
  type RunResult,
  runSeed,
  type SimulatedContext,
  type Substitutes,
} from 'sosik/testing'
import { type OpenLive, openLive, runLiveSeed } from './live/scene.ts'
import { scenario } from './shop.ts'

export interface Flaw {
  readonly name: string
  /** Seeds within which it must be found. */
  readonly seedsMax: number
  readonly run: (seed: number) => Promise<RunResult>
}

const shopWith =
  (substitutes: Substitutes): Flaw['run'] =>
  (seed) =>
    runSeed({ ...scenario, substitutes }, seed)

/** What the relays of one run tell each other, in a flaw where they do. */
const SHARED = new WeakMap<object, { fences: Map<number, number>; taken: Map<number, number> }>()
const TAKEN_MS = 1_000

const encoder = new TextEncoder()

/** A log that differs in some of its functions. */
const logWith = <Log extends EventLog>(log: Log, other: Partial<EventLog>): Log => ({
  ...log,
  ...other,
})

/** A log whose members hear of everything through another listener. */
function logWithListener<Log extends EventLog>(
  log: Log,
  change: (listener: GroupListener) => Partial<GroupListener>,
): Log {
  return logWith(log, {
    join: (options) =>
      log.join({ ...options, listener: { ...options.listener, ...change(options.listener) } }),
  })
}

/** As a consumer with automatic commits: what was read counts as done. */
function committingWhatWasRead<Log extends EventLog>(log: Log): Log {
  return logWith(log, {
    async join(options) {
      const joined = log.join({
        ...options,
        listener: {
          ...options.listener,
          records(partition, records) {
            const offset = (records.at(-1)?.offset ?? -1n) + 1n
            const commit = async () => (await joined).commit([{ ...partition, offset }])
            void commit().catch(options.listener.trouble)
            options.listener.records(partition, records)
          },
        },
      })
      return joined
    },
  })
}

const isDeadLetter = ({ topic }: NewRecord) => topic.endsWith('.dlq')

/** The dead letter is sent, but nobody waits for its acknowledgement. */
function withDeadLettersUnawaited<Log extends EventLog>(log: Log): Log {
  return logWith(log, {
    append(records) {
      const appended = log.append(records)
      if (!records.every(isDeadLetter)) return appended
      return Promise.resolve(records.map(() => ({ ok: true, partition: 0, offset: 0n })))
    },
  })
}

/** Partitions go while their handlers still run. */
const withoutDrain: Substitutes['log'] = (log) =>
  logWithListener(log, () => ({ revoked: () => {} }))

/** The effect is there, but nothing remembers that it is. */
const withoutInbox: Substitutes['effects'] = (_effects, node): Effects<SimulatedContext> => {
  return (_event, handle) =>
    node.database.transaction(async (tx) => {
      await handle({ tx })
    })
}

/** What was missed is never looked up: only the bell tells. */
const bellOnly: OpenLive = (world, node, bell) => {
  const query: Sql['query'] = async <Row>(text: string, values?: readonly unknown[]) => {
    const isLookingUp = /user_seq as "userSeq"|^select user_id/.test(text)
    return isLookingUp ? [] : node.database.query<Row>(text, values)
  }
  return openLive(world, { ...node, database: { ...node.database, query } }, bell)
}

/** Takes what comes after the last id that was seen: rows that commit late are passed over. */
const byIdCursor: Substitutes['outboxStore'] = (store) => {
  let last = 0
  return {
    ...store,
    async unsent(query) {
      const rows = (await store.unsent(query)).filter(({ id }) => id > last)
      last = rows.at(-1)?.id ?? last
      return rows
    },
  }
}

/** Every relay takes rows of every key, only not those that another one has just taken. */
const skippingWhatIsTaken: Substitutes['outboxStore'] = (store, { process: { scheduler } }) => {
  const { fences, taken } = SHARED.get(scheduler) ?? { fences: new Map(), taken: new Map() }
  SHARED.set(scheduler, { fences, taken })
  const leasesOfAll = () => [...fences].map(([bucket, fence]) => ({ bucket, fence }))
  return {
    ...store,
    async lease(owner, busy) {
      const { leases } = await store.lease(owner, busy)
      for (const { bucket, fence } of leases) fences.set(bucket, fence)
      return { leases: leasesOfAll(), given: [], leaving: [], isFair: true }
    },
    async unsent(query) {
      const rows = await store.unsent(query)
      const free = rows.filter(({ id }) => (taken.get(id) ?? 0) <= scheduler.nowMs)
      for (const { id } of free) taken.set(id, scheduler.nowMs + TAKEN_MS)
      return free
    },
  }
}

/** Another id for what is sent: nobody can tell that it is the same event. */
function withNewIds<Log extends EventLog>(log: Log, node: Node): Log {
  const renewed = ({ headers, ...record }: NewRecord): NewRecord => ({
    ...record,
    headers: headers.map(([name, value]) =>
      name === 'ce_id' ? [name, encoder.encode(node.newId())] : [name, value],
    ),
  })
  return logWith(log, { append: (records) => log.append(records.map(renewed)) })
}

export const FLAWS: readonly Flaw[] = [
  { name: 'no inbox', seedsMax: 200, run: shopWith({ effects: withoutInbox }) },
  {
    name: 'commit before the effect',
    seedsMax: 200,
    run: shopWith({ log: committingWhatWasRead }),
  },
  { name: 'no drain on revoke', seedsMax: 200, run: shopWith({ log: withoutDrain }) },
  {
    name: 'dead letter not awaited',
    seedsMax: 500,
    run: shopWith({ log: withDeadLettersUnawaited }),
  },
  { name: 'relay with an id cursor', seedsMax: 500, run: shopWith({ outboxStore: byIdCursor }) },
  {
    name: 'two relays on one key',
    seedsMax: 500,
    run: shopWith({ outboxStore: skippingWhatIsTaken }),
  },
  { name: 'a retry mints a new event id', seedsMax: 200, run: shopWith({ log: withNewIds }) },
  { name: 'bell-only notifications', seedsMax: 100, run: (seed) => runLiveSeed(seed, bellOnly) },
]
