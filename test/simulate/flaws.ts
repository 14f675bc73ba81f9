// Seeded flaws: parts in the place of the product's own, each of which a simulation must find.
import type { Effects, EventLog, GroupListener, NewRecord } from 'sosik'
import type { SimulatedContext, Substitutes } from 'sosik/testing'

export interface Flaw {
  readonly name: string
  /** Seeds within which it must be found. */
  readonly seedsMax: number
  readonly substitutes: Substitutes
}

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
function notWaitingForDeadLetters<Log extends EventLog>(log: Log): Log {
  return logWith(log, {
    append(records) {
      const appended = log.append(records)
      if (!records.every(isDeadLetter)) return appended
      return Promise.resolve(records.map(() => ({ ok: true, partition: 0, offset: 0n })))
    },
  })
}

/** The effect is there, but nothing remembers that it is. */
const withoutInbox: Substitutes['effects'] = (_effects, node): Effects<SimulatedContext> => {
  return (_event, handle) =>
    node.database.transaction(async (tx) => {
      await handle({ tx })
    })
}

export const FLAWS: readonly Flaw[] = [
  {
    name: 'no inbox',
    seedsMax: 200,
    substitutes: { effects: withoutInbox },
  },
  {
    name: 'commit before the effect',
    seedsMax: 200,
    substitutes: { log: committingWhatWasRead },
  },
  {
    name: 'no drain on revoke',
    seedsMax: 200,
    substitutes: {
      log: (log) =>
        logWithListener(log, () => ({
          revoked: () => {},
        })),
    },
  },
  {
    name: 'dead letter not awaited',
    seedsMax: 500,
    substitutes: { log: notWaitingForDeadLetters },
  },
]
