// Seeded flaws: parts in the place of the product's own, each of which a simulation must find.
import type { Effects, EventLog, GroupListener, NewRecord } from 'sosik'
import type { Sql } from 'sosik/postgres'
import { type RunResult, runSeed, type SimulatedContext, type Substitutes } from 'sosik/testing'
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
  { name: 'bell-only notifications', seedsMax: 100, run: (seed) => runLiveSeed(seed, bellOnly) },
]
