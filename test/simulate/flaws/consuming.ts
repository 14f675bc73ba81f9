// Flaws of a consumer: when it commits, what its effects remember, and how it lets go.
import type { Effects, EventLog } from 'sosik'
import { type SimulatedContext, type Substitutes, table } from 'sosik/testing'
import { billingAlone } from '../shop.ts'
import { type Flaw, logWith, logWithListener, shopFlaw } from './flaw.ts'

/** What was read counts as done. */
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

/** Nobody waits for the effect, so its offset may be committed before it is. */
const notWaiting: Substitutes['effects'] = (effects): Effects<SimulatedContext> => {
  return async (event, handle, delivery) => {
    void effects(event, handle, delivery).catch(() => {})
  }
}

/** The effect is there, but nothing remembers that it is. */
const withoutInbox: Substitutes['effects'] = (_effects, node): Effects<SimulatedContext> => {
  return (_event, handle) =>
    node.database.transaction(async (tx) => {
      await handle({ tx })
    })
}

const SLOW = 0.5
const SLOW_MS_MAX = 5_000

/** Whether it was handled is looked up before the effect, and written down after it. */
const lookingBefore: Substitutes['effects'] = (
  _effects,
  node,
  group,
): Effects<SimulatedContext> => {
  const { database, clock, random } = node
  return async ({ id }, handle) => {
    const key = `${group}/${id}`
    const seen = await database.transaction((tx) => table<string>(tx, 'inbox').get(key))
    if (seen !== undefined) return
    // It takes a slow one to be seen: another member must have handled it meanwhile.
    if (random() < SLOW) await new Promise<void>((go) => clock.after(random() * SLOW_MS_MAX, go))
    await database.transaction(async (tx) => {
      await handle({ tx })
      await table<string>(tx, 'inbox').put(key, '')
    })
  }
}

/** Partitions go while their handlers still run. */
const withoutDrain: Substitutes['log'] = (log) =>
  logWithListener(log, () => ({ revoked: () => {} }))

export const consumingFlaws: readonly Flaw[] = [
  shopFlaw('auto-commit on', billingAlone, 200, { log: committingWhatWasRead }),
  shopFlaw('commit before the effect', billingAlone, 200, { effects: notWaiting }),
  shopFlaw('no inbox', billingAlone, 200, { effects: withoutInbox }),
  shopFlaw('fence looked at before the effect', billingAlone, 500, { effects: lookingBefore }),
  shopFlaw('no drain on revoke', billingAlone, 500, { log: withoutDrain }),
]
