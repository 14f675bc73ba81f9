// The outbox's store in PostgreSQL, or in PGlite; leases live on the database's own clock.
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Sql } from '../postgres/sql.ts'
import { storable } from '../postgres/storable.ts'
import { inboxPurge, inboxRetentionMs } from './inbox.ts'
import { planLeases } from './lease-plan.ts'
import { postgresCommands } from './postgres-commands.ts'
import {
  DUE,
  HOLD,
  LEASE,
  LEASE_VIEW,
  LEAVE,
  MARK_SENT,
  PURGE_SENT,
  REFUSED_HELD,
  SENT_HELD,
  SET_ASIDE,
  UNCOUNT_HELD,
  UNSENT,
} from './statements.ts'
import {
  type Lease,
  LEASE_MS,
  type OutboxRow,
  type OutboxStore,
  PURGE_ROWS_MAX,
  type RelayStore,
  SCAN_ROWS_MAX,
  SENT_RETENTION_MS,
  SET_ASIDE_ROWS_MAX,
} from './store.ts'

export interface PostgresOutboxOptions {
  /** Says how long the inbox has to remember; without it a relay never deletes from the inbox. */
  readonly catalogue?: Catalogue
}

/** Its tables are `outboxMigrations`. */
export function postgresOutboxStore(
  database: Sql,
  { catalogue }: PostgresOutboxOptions = {},
): OutboxStore {
  const retentionMs = catalogue === undefined ? Infinity : inboxRetentionMs(catalogue)
  return { ...forRelays(database, retentionMs), ...postgresCommands(database) }
}

function forRelays(database: Sql, retentionMs: number): RelayStore {
  return {
    async lease(owner, busy, failure) {
      const view = await database.query<ViewRow>(LEASE_VIEW, [
        owner,
        LEASE_MS,
        failure === undefined ? null : storable(failure.errorCode),
        failure === undefined ? null : storable(failure.error),
      ])
      const plan = planLeases({
        owner,
        others: view[0]?.others ?? [],
        buckets: view.map((row) => ({ ...row, isExpired: row.expired })),
        busy,
      })
      const values = [owner, LEASE_MS, plan.keep, plan.take, plan.give]
      const leases = await database.query<Lease>(LEASE, values)
      const { give: given, leaving, share } = plan
      return { leases, given, leaving, isFair: leases.length === share }
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
    async setAside(leases) {
      const values = [...columnsOf(leases), SET_ASIDE_ROWS_MAX, SCAN_ROWS_MAX]
      return (await database.query(SET_ASIDE, values)).length === SET_ASIDE_ROWS_MAX
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

function rowOf({ event_id: eventId, event_type: eventType, ...row }: Row): OutboxRow {
  const { id, lane, topic, key, value, headers } = row
  return { id, lane, topic, key, eventId, eventType, value, headers }
}

const columnsOf = (leases: readonly Lease[]) => [
  leases.map(({ bucket }) => bucket),
  leases.map(({ fence }) => fence),
]
