// Flaws of a relay: rows that it passes over, sends beside another, or takes for sent too early.
import type { EventLog, NewRecord } from 'sosik'
import type { Node, Substitutes } from 'sosik/testing'
import { relaysAlone } from '../shop.ts'
import { type Flaw, logWith, shopFlaw } from './flaw.ts'

/** What the relays of one run tell each other, in a flaw where they do. */
const SHARED = new WeakMap<object, { fences: Map<number, number>; taken: Map<number, number> }>()
const TAKEN_MS = 1_000

const encoder = new TextEncoder()

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

const isEvent = ({ topic }: NewRecord) => !topic.endsWith('.dlq')

/** As `acks=1` when the leader dies: what is acknowledged may not be there. */
function acknowledgedEarly<Log extends EventLog>(log: Log): Log {
  return logWith(log, {
    append(records) {
      const appended = log.append(records)
      if (!records.every(isEvent)) return appended
      return Promise.resolve(records.map(() => ({ ok: true, partition: 0, offset: 0n })))
    },
  })
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

export const publishingFlaws: readonly Flaw[] = [
  shopFlaw('id cursor', relaysAlone, 200, { outboxStore: byIdCursor }),
  shopFlaw('two SKIP LOCKED workers', relaysAlone, 500, { outboxStore: skippingWhatIsTaken }),
  shopFlaw('acknowledged before it is durable', relaysAlone, 200, { log: acknowledgedEarly }),
  shopFlaw('a retry mints a new event id', relaysAlone, 200, { log: withNewIds }),
]
