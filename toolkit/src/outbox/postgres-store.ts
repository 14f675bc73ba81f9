// The outbox's store in PostgreSQL, or in PGlite; leases live on the database's own clock.
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Database } from '../postgres/sql.ts'
import { storable } from '../postgres/storable.ts'
import { inboxPurge, inboxRetentionMs } from './inbox.ts'
import { planLeases } from './lease-plan.ts'
import {
  COUNT_SENT,
  DISCARD,
  DUE,
  HELD,
  HOLD,
  LEASE,
  LEASE_VIEW,
  LEAVE,
  MARK_SENT,
  PURGE_SENT,
  REFUSED_HELD,
  RELEASE,
  REPUBLISH,
  SENT_HELD,
  STATUS,
  UNCOUNT_HELD,
  UNSENT,
} from './statements.ts'
import {
  type CommandStore,
  type Lease,
  LEASE_MS,
  type OutboxRow,
  type OutboxStore,
  PURGE_ROWS_MAX,
  type RelayStore,
  SCAN_ROWS_MAX,
  SENT_RETENTION_MS,
  type SentQuery,
} from './store.ts'

export interface PostgresOutboxOptions {
  /** Says how long the inbox has to remember; without it a relay never deletes from the inbox. */
  readonly catalogue?: Catalogue
}

/** Its tables are `outboxMigrations`. */
export function postgresOutboxStore(
  database: Database,
  { catalogue }: PostgresOutboxOptions = {},
): OutboxStore {
  const retentionMs = catalogue === undefined ? Infinity : inboxRetentionMs(catalogue)
  return { ...forRelays(database, retentionMs), ...forCommands(database) }
}

function forRelays(database: Database, retentionMs: number): RelayStore {
  return {
    async lease(owner, busy) {
      const view = await database.query<ViewRow>(LEASE_VIEW, [owner, LEASE_MS])
      const plan = planLeases({
        owner,
        others: view[0]?.others ?? [],
        buckets: view.map((row) => ({ ...row, isExpired: row.expired })),
        busy,
      })
      const values = [owner, LEASE_MS, plan.keep, plan.take, plan.give]
      const leases = await database.query<Lease>(LEASE, values)
      return { leases, leaving: plan.leaving, isFair: leases.length === plan.share }
    },
    async leave(owner) {
      await database.query(LEAVE, [owner])
    },
    async unsent({ leases, busy, rowsMax, bytesMax }) {
      const buckets = leases.map(({ bucket }) => bucket)
      const values = [buckets, busy, rowsMax, bytesMax, SCAN_ROWS_MAX]
      return (await database.query<Row>(UNSENT, values)).map(rowOf)
    },
    markSent: async (leases, ids) =>
      (await database.query(MARK_SENT, [ids, ...columnsOf(leases)])).length,
    async hold(leases, refusals) {
      await database.query(HOLD, [
        refusals.map(({ rowId }) => rowId),
        refusals.map(({ errorCode }) => storable(errorCode)),
        refusals.map(({ error }) => storable(error)),
        ...columnsOf(leases),
      ])
    },
    async due({ leases, busy, rowsMax, bytesMax }, delayMs) {
      const values = [...columnsOf(leases), busy, rowsMax, bytesMax, delayMs]
      const rows = await database.query<Row & { attempts: number }>(DUE, values)
      return rows.map((row) => ({ row: rowOf(row), attempts: row.attempts }))
    },
    async sentHeld(leases, id) {
      await database.query(SENT_HELD, [id, ...columnsOf(leases)])
    },
    async refusedHeld(leases, { rowId, errorCode, error }, delayMs) {
      const values = [rowId, storable(errorCode), storable(error), delayMs, ...columnsOf(leases)]
      await database.query(REFUSED_HELD, values)
    },
    async uncountHeld(leases, id, delayMs) {
      await database.query(UNCOUNT_HELD, [id, delayMs, ...columnsOf(leases)])
    },
    async purge(nowMs) {
      const before = new Date(nowMs - SENT_RETENTION_MS)
      const sent = await database.query(PURGE_SENT, [before, PURGE_ROWS_MAX])
      const isMoreInbox = await inboxPurge(database, nowMs, retentionMs)
      return sent.length === PURGE_ROWS_MAX || isMoreInbox
    },
  }
}

function forCommands(database: Database): CommandStore {
  const isChanged = async (text: string, values: readonly unknown[]) =>
    (await database.query(text, values)).length > 0
  return {
    async status() {
      const [row] = await database.query<StatusRow>(STATUS)
      return {
        unsent: row?.unsent ?? 0,
        oldestUnsentMs: row?.oldest_ms ?? 0,
        heldKeys: row?.held_keys ?? 0,
        parkedKeys: row?.parked_keys ?? 0,
        heldRows: row?.held_rows ?? 0,
        relays: row?.relays ?? 0,
      }
    },
    async held(limit) {
      const rows = await database.query<HeldRow>(HELD, [limit])
      return rows.map((row) => ({
        topic: row.topic,
        key: row.key,
        rowId: row.row_id,
        eventId: row.event_id,
        eventType: row.event_type,
        attempts: row.attempts,
        errorCode: row.error_code,
        error: row.error,
        heldAtMs: row.held_at.getTime(),
        isParked: row.parked,
        waiting: row.waiting,
      }))
    },
    release: ({ topic, key }) => isChanged(RELEASE, [topic, key]),
    discard: ({ topic, key }) => isChanged(DISCARD, [topic, key]),
    countSent: (query) => counted(database, COUNT_SENT, timesOf(query)),
    republish: (query, { index, count }) =>
      counted(database, REPUBLISH, [...timesOf(query), index, count]),
  }
}

interface ViewRow {
  readonly bucket: number
  readonly owner: string | null
  readonly expired: boolean
  readonly others: readonly string[]
}

interface Row {
  readonly id: number
  readonly lane: number
  readonly topic: string
  readonly key: Uint8Array
  readonly event_id: string
  readonly event_type: string
  readonly value: Uint8Array
  readonly headers: readonly (readonly [string, string])[]
}

interface StatusRow {
  readonly unsent: number
  readonly oldest_ms: number | null
  readonly held_keys: number
  readonly parked_keys: number
  readonly held_rows: number
  readonly relays: number
}

interface HeldRow {
  readonly topic: string
  readonly key: Uint8Array
  readonly row_id: number
  readonly event_id: string
  readonly event_type: string
  readonly attempts: number
  readonly error_code: string
  readonly error: string
  readonly held_at: Date
  readonly parked: boolean
  readonly waiting: number
}

function rowOf({ event_id: eventId, event_type: eventType, ...row }: Row): OutboxRow {
  const { id, lane, topic, key, value, headers } = row
  return { id, lane, topic, key, eventId, eventType, value, headers }
}

const columnsOf = (leases: readonly Lease[]) => [
  leases.map(({ bucket }) => bucket),
  leases.map(({ fence }) => fence),
]

const timesOf = ({ fromMs, toMs }: SentQuery) => [new Date(fromMs), new Date(toMs)]

async function counted(database: Database, text: string, values: readonly unknown[]) {
  const [row] = await database.query<{ count: number }>(text, values)
  return row?.count ?? 0
}
