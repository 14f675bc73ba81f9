// The outbox's store in memory, on a given clock: for simulators, and for tests without a database.
import type { Clock } from '../clock.ts'
import { BUCKETS, bucketOf } from './lanes.ts'
import { memoryCommands } from './memory-commands.ts'
import {
  heldBy,
  type Hold,
  holdsIn,
  inOrder,
  lease,
  markSent,
  nameOf,
  type State,
  within,
} from './memory-state.ts'
import {
  type Lease,
  type OutboxRow,
  type OutboxStore,
  PURGE_ROWS_MAX,
  type RelayStore,
  SCAN_ROWS_MAX,
  SENT_RETENTION_MS,
} from './store.ts'

export interface MemoryOutbox {
  readonly store: OutboxStore
  /**
   * Rows of a transaction that commits now. Their ids were drawn while their keys were locked, so
   * other keys' rows with higher ids may be here already.
   */
  commit(rows: readonly OutboxRow[]): void
}

export function memoryOutbox(clock: Clock): MemoryOutbox {
  const buckets = Array.from({ length: BUCKETS }, (_, bucket) => ({
    bucket,
    owner: null,
    untilMs: 0,
    fence: 0,
  }))
  const rows = { rows: new Map(), unsent: new Map(), holds: new Map() }
  const others = { relays: new Map(), failures: new Map(), actions: new Map() }
  const state: State = { clock, buckets, ...rows, ...others }
  return {
    store: { ...forSending(state), ...forHolding(state), ...memoryCommands(state) },
    commit(rows) {
      for (const row of rows) {
        const createdAtMs = clock.nowMs()
        const stored = { row, createdAtMs, sentAtMs: null, isDiscarded: false }
        state.rows.set(row.id, stored)
        state.unsent.set(row.id, stored)
      }
    },
  }
}

type HoldCall = 'hold' | 'setAside' | 'due' | 'sentHeld' | 'refusedHeld' | 'uncountHeld'

function forSending(state: State): Omit<RelayStore, HoldCall> {
  const { holds } = state
  return {
    lease: (owner, busy, failure) =>
      Promise.try(() => {
        if (failure) state.failures.set(owner, { ...failure, atMs: state.clock.nowMs() })
        return lease(state, owner, busy)
      }),
    leave: (owner) =>
      Promise.try(() => {
        state.relays.delete(owner)
        state.failures.delete(owner)
        for (const one of state.buckets) if (one.owner === owner) one.owner = null
      }),
    unsent: (query) =>
      Promise.try(() => {
        if (state.unsent.size === 0) return []
        const buckets = new Set(query.leases.map(({ bucket }) => bucket))
        const first = inOrder(state.unsent.values())
          .filter(({ row }) => buckets.has(bucketOf(row.lane)))
          .slice(0, SCAN_ROWS_MAX)
          .map(({ row }) => row)
        return within(
          query,
          first.filter((row) => !holds.has(nameOf(row))),
        )
      }),
    markSent: (leases, ids) =>
      Promise.try(() => {
        const isHeld = heldBy(state, leases)
        const marked = ids.filter((id) => {
          const stored = state.unsent.get(id)
          return stored !== undefined && isHeld(stored.row.lane)
        })
        for (const id of marked) markSent(state, id)
        return marked.length
      }),
    purge: (nowMs) =>
      Promise.try(() => {
        const beforeMs = nowMs - SENT_RETENTION_MS
        const old = [...state.rows.values()]
          .filter(({ sentAtMs }) => sentAtMs !== null && sentAtMs < beforeMs)
          .slice(0, PURGE_ROWS_MAX)
        for (const { row } of old) state.rows.delete(row.id)
        return old.length === PURGE_ROWS_MAX
      }),
  }
}

function forHolding(state: State): Pick<RelayStore, HoldCall> {
  const { clock, holds } = state
  /** The held row, when its bucket's lease is still as given. */
  const holdOf = (leases: readonly Lease[], id: number): Hold | undefined =>
    holdsIn(state, leases).find((hold) => hold.row.id === id)
  return {
    hold: (leases, refusals) =>
      Promise.try(() => {
        const isHeld = heldBy(state, leases)
        const byId = refusals.toSorted((one, other) => one.rowId - other.rowId)
        for (const { rowId, errorCode, error } of byId) {
          const row = state.unsent.get(rowId)?.row
          if (!row || !isHeld(row.lane) || holds.has(nameOf(row))) continue
          const nowMs = clock.nowMs()
          const since = { heldAtMs: nowMs, refusedAtMs: nowMs, untilMs: nowMs, attempts: 0 }
          holds.set(nameOf(row), { row, ...since, errorCode, error })
        }
      }),
    // Here a look at what is held costs nothing.
    setAside: async () => false,
    due: (query, delayMs) =>
      Promise.try(() => {
        const nowMs = clock.nowMs()
        const due = holdsIn(state, query.leases).filter(({ untilMs }) => {
          return untilMs !== null && untilMs <= nowMs
        })
        const rows = within(
          query,
          inOrder(due).map(({ row }) => row),
        )
        return rows.map((row) => {
          const hold = holds.get(nameOf(row)) as Hold
          hold.attempts += 1
          hold.untilMs = nowMs + delayMs
          return { row, attempts: hold.attempts }
        })
      }),
    sentHeld: (leases, id) =>
      Promise.try(() => {
        const hold = holdOf(leases, id)
        if (!hold) return
        holds.delete(nameOf(hold.row))
        markSent(state, id)
      }),
    refusedHeld: (leases, { rowId, errorCode, error }, delayMs) =>
      Promise.try(() => {
        const hold = holdOf(leases, rowId)
        const refusedAtMs = clock.nowMs()
        const untilMs = delayMs === null ? null : refusedAtMs + delayMs
        if (hold) Object.assign(hold, { errorCode, error, refusedAtMs, untilMs })
      }),
    uncountHeld: (leases, id, delayMs) =>
      Promise.try(() => {
        const hold = holdOf(leases, id)
        if (!hold) return
        hold.attempts -= 1
        hold.untilMs = clock.nowMs() + delayMs
      }),
  }
}
