// What people and monitors ask an outbox in memory for.
import {
  type CommandStore,
  COUNT_MAX,
  type HeldKey,
  type HeldSelection,
  type OutboxAction,
  type OutboxStatus,
  RELEASE_KEYS_MAX,
  type SentQuery,
} from './command-store.ts'
import { type Hold, markSent, nameOf, type State, type StoredRow } from './memory-state.ts'

export function memoryCommands(state: State): CommandStore {
  const { clock, holds, actions } = state
  const begunAtMs = new Map<string, number>()

  function noteDone(actionId: string, done: number): void {
    const action = actions.get(actionId)
    if (action) actions.set(actionId, { ...action, done: action.done + done })
  }

  return {
    status: () => Promise.try(() => statusOf(state)),
    buckets: () =>
      Promise.try(() =>
        state.buckets.map(({ untilMs, ...one }) => ({ ...one, leftMs: untilMs - clock.nowMs() })),
      ),
    held: (selection, limit) =>
      Promise.try(() =>
        heldOf(state, selection)
          .slice(0, limit)
          .map((hold) => heldKeyOf(state, hold)),
      ),
    remember: (action) =>
      Promise.try(() => {
        actions.set(action.id, { ...action, done: 0 })
        begunAtMs.set(action.id, clock.nowMs())
      }),
    actions: (limit) => Promise.try(() => newestFirst(actions.values()).slice(0, limit)),
    release: (selection, actionId) =>
      Promise.try(() => {
        const begunMs = begunAtMs.get(actionId) ?? -Infinity
        const all = heldOf(state, selection).filter(({ heldAtMs }) => heldAtMs <= begunMs)
        const freed = all.slice(0, RELEASE_KEYS_MAX)
        for (const { row } of freed) holds.delete(nameOf(row))
        noteDone(actionId, freed.length)
        return { keys: freed.length, isMore: freed.length === RELEASE_KEYS_MAX }
      }),
    discard: (rowId, actionId) =>
      Promise.try(() => {
        const [hold] = heldOf(state, { rowId })
        const stored = state.unsent.get(rowId)
        if (hold === undefined || stored === undefined) return false
        holds.delete(nameOf(hold.row))
        stored.isDiscarded = true
        markSent(state, rowId)
        noteDone(actionId, 1)
        return true
      }),
    countSent: (query) => Promise.try(() => sentThen(state, query).length),
    republish: (query, { index, count }, actionId) =>
      Promise.try(() => {
        const all = sentThen(state, query)
        const again = all.filter(({ row }) => (row.lane & 0x7fffffff) % count === index)
        for (const stored of again) {
          stored.sentAtMs = null
          state.unsent.set(stored.row.id, stored)
        }
        noteDone(actionId, again.length)
        return again.length
      }),
  }
}

function statusOf({ clock, holds, unsent, relays, failures }: State): OutboxStatus {
  const [held, free] = [...unsent.values()].reduce<[StoredRow[], StoredRow[]]>(
    (both, one) => (both[holds.has(nameOf(one.row)) ? 0 : 1].push(one), both),
    [[], []],
  )
  const nowMs = clock.nowMs()
  const all = [...holds.values()]
  const refusals = all.map(({ errorCode, error, refusedAtMs: atMs }) => ({
    errorCode,
    error,
    atMs,
  }))
  const errors = [...refusals, ...failures.values()].sort((one, other) => other.atMs - one.atMs)
  return {
    unsent: bounded(free.length),
    oldestUnsentMs: Math.max(0, ...free.map(({ createdAtMs }) => nowMs - createdAtMs)),
    heldKeys: bounded(all.length),
    parkedKeys: bounded(all.filter(({ untilMs }) => untilMs === null).length),
    heldRows: bounded(held.length),
    relays: [...relays.values()].filter((untilMs) => untilMs > nowMs).length,
    lastError: errors[0] ?? null,
  }
}

const bounded = (count: number): number => Math.min(count, COUNT_MAX)

/** By the time. */
function heldOf({ holds }: State, selection: HeldSelection): Hold[] {
  return [...holds.values()]
    .filter((hold) => fits(hold, selection))
    .sort((one, other) => one.heldAtMs - other.heldAtMs || one.row.id - other.row.id)
}

function fits({ row, errorCode, untilMs }: Hold, selection: HeldSelection): boolean {
  return (
    (selection.rowId ?? row.id) === row.id &&
    (selection.topic ?? row.topic) === row.topic &&
    (selection.key === undefined || nameOf({ ...row, key: selection.key }) === nameOf(row)) &&
    (selection.errorCode ?? errorCode) === errorCode &&
    (selection.isParked ?? untilMs === null) === (untilMs === null)
  )
}

function heldKeyOf({ unsent }: State, { row, untilMs, ...hold }: Hold): HeldKey {
  const { topic, key, eventId, eventType, id: rowId } = row
  const name = nameOf(row)
  const waiting = [...unsent.values()].filter((one) => nameOf(one.row) === name).length
  const event = { topic, key, rowId, eventId, eventType }
  return { ...event, ...hold, isParked: untilMs === null, waiting: bounded(waiting) }
}

function sentThen({ rows }: State, query: SentQuery): StoredRow[] {
  const { fromMs = -Infinity, toMs = Infinity, fromId = -Infinity, toId = Infinity } = query
  return [...rows.values()].filter(
    ({ row, sentAtMs, isDiscarded }) =>
      sentAtMs !== null &&
      !isDiscarded &&
      sentAtMs >= fromMs &&
      sentAtMs < toMs &&
      row.id >= fromId &&
      row.id < toId &&
      (query.topic ?? row.topic) === row.topic,
  )
}

const newestFirst = (all: Iterable<OutboxAction>): OutboxAction[] =>
  [...all].sort((one, other) => other.requestedAtMs - one.requestedAtMs)
