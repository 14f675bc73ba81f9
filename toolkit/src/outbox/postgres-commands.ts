// What people and monitors ask an outbox in PostgreSQL, or in PGlite, for.
import type { Sql } from '../postgres/sql.ts'
import { storable, storableJson } from '../postgres/storable.ts'
import {
  ACTIONS,
  BUCKETS,
  COUNT_SENT,
  DISCARD,
  HELD,
  LAST_ERROR,
  RELEASE,
  REMEMBER,
  REPUBLISH,
  STATUS,
} from './command-statements.ts'
import {
  type BucketLease,
  type CommandStore,
  COUNT_MAX,
  type HeldKey,
  type HeldSelection,
  type OutboxAction,
  RELEASE_KEYS_MAX,
  type SentQuery,
} from './command-store.ts'

export function postgresCommands(database: Sql): CommandStore {
  return {
    async status() {
      const [[row], [error]] = await Promise.all([
        database.query<StatusRow>(STATUS, [COUNT_MAX]),
        database.query<ErrorRow>(LAST_ERROR),
      ])
      return {
        unsent: row?.unsent ?? 0,
        oldestUnsentMs: row?.oldest_ms ?? 0,
        heldKeys: row?.held_keys ?? 0,
        parkedKeys: row?.parked_keys ?? 0,
        heldRows: row?.held_rows ?? 0,
        relays: row?.relays ?? 0,
        lastError: error === undefined ? null : errorOf(error),
      }
    },
    buckets: () => database.query<BucketLease>(BUCKETS),
    async held(selection, limit) {
      const values = [...selected(selection), limit, COUNT_MAX]
      return (await database.query<HeldRow>(HELD, values)).map(heldOf)
    },
    async remember({ id, action, requestedBy, requestedAtMs, selection }) {
      const at = new Date(requestedAtMs)
      const values = [id, action, storable(requestedBy), at, storableJson(selection)]
      await database.query(REMEMBER, values)
    },
    actions: async (limit) => (await database.query<ActionRow>(ACTIONS, [limit])).map(actionOf),
    async release(selection, actionId) {
      const values = [...selected(selection), RELEASE_KEYS_MAX, actionId]
      const [row] = await database.query<{ keys: number; looked: number }>(RELEASE, values)
      const { keys = 0, looked = 0 } = row ?? {}
      return { keys, isMore: keys < looked || looked === RELEASE_KEYS_MAX }
    },
    discard: async (rowId, actionId) =>
      (await database.query(DISCARD, [rowId, actionId])).length > 0,
    countSent: (query) => counted(database, COUNT_SENT, sentThen(query)),
    republish: (query, { index, count }, actionId) =>
      counted(database, REPUBLISH, [...sentThen(query), index, count, actionId]),
  }
}

interface StatusRow {
  readonly unsent: number
  readonly oldest_ms: number | null
  readonly held_keys: number
  readonly parked_keys: number
  readonly held_rows: number
  readonly relays: number
}

interface ErrorRow {
  readonly error_code: string
  readonly error: string
  readonly at: Date
}

const errorOf = ({ error_code: errorCode, error, at }: ErrorRow) => ({
  errorCode,
  error,
  atMs: at.getTime(),
})

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
  readonly refused_at: Date
  readonly parked: boolean
  readonly waiting: number
}

const heldOf = (row: HeldRow): HeldKey => ({
  topic: row.topic,
  key: row.key,
  rowId: row.row_id,
  eventId: row.event_id,
  eventType: row.event_type,
  attempts: row.attempts,
  errorCode: row.error_code,
  error: row.error,
  heldAtMs: row.held_at.getTime(),
  refusedAtMs: row.refused_at.getTime(),
  isParked: row.parked,
  waiting: row.waiting,
})

interface ActionRow {
  readonly id: string
  readonly action: OutboxAction['action']
  readonly requested_by: string
  readonly requested_at: Date
  readonly selection: Readonly<Record<string, string>>
  readonly done: number
}

const actionOf = (row: ActionRow): OutboxAction => ({
  id: row.id,
  action: row.action,
  requestedBy: row.requested_by,
  requestedAtMs: row.requested_at.getTime(),
  selection: row.selection,
  done: row.done,
})

const selected = ({ rowId, topic, key, errorCode, isParked }: HeldSelection) => [
  rowId ?? null,
  topic ?? null,
  key ?? null,
  errorCode ?? null,
  isParked ?? null,
]

const sentThen = ({ fromMs, toMs, fromId, toId, topic }: SentQuery) => [
  instant(fromMs),
  instant(toMs),
  fromId ?? null,
  toId ?? null,
  topic ?? null,
]

const instant = (ms: number | undefined) => (ms === undefined ? null : new Date(ms))

async function counted(database: Sql, text: string, values: readonly unknown[]) {
  const [row] = await database.query<{ count: number }>(text, values)
  return row?.count ?? 0
}
