// What the toolkit knows of letters, runs and held keys, in the contract's words and back. Pure.
import type {
  discardDeadLetters,
  listDeadLetters,
  listHeldKeys,
  listOutboxActions,
  listRedriveRuns,
  readGroups,
  readOutbox,
  releaseHeldKeys,
} from '@sosik/contract/ops'
import { Problem } from '@sosik/contract/errors'
import type { AnswerOf, BodyOf } from '@sosik/contract/route'
import {
  type DeadLetter,
  type DeadLetterSummary,
  type GroupDescription,
  type HeldKey,
  type HeldSelection,
  keyOf,
  keyText,
  type MemberDescription,
  type OutboxAction,
  type OutboxStatus,
  type PartitionLag,
  type RedriveRun,
  type Selection,
} from 'sosik'

type Item<Answer> = Answer extends { items: (infer One)[] } ? One : never
type Letter = Item<AnswerOf<typeof listDeadLetters>>
type Run = Item<AnswerOf<typeof listRedriveRuns>>
type Held = Item<AnswerOf<typeof listHeldKeys>>
type Action = Item<AnswerOf<typeof listOutboxActions>>
type GroupState = Item<AnswerOf<typeof readGroups>>
type Member = GroupState['members'][number]
type GivenSelection = BodyOf<typeof discardDeadLetters>['selection']
type GivenHeld = BodyOf<typeof releaseHeldKeys>['selection']

const iso = (atMs: number) => new Date(atMs).toISOString()
const sinceOf = (atMs: number | null = null) => (atMs === null ? null : iso(atMs))

export interface GroupFacts {
  readonly group: string
  readonly description: GroupDescription
  readonly lags: readonly PartitionLag[]
  readonly lagMs: number
  readonly summary: DeadLetterSummary | undefined
}

export function groupOf({ group, description, lags, lagMs, summary }: GroupFacts): GroupState {
  const byTopic = Map.groupBy(lags, ({ topic }) => topic)
  const topics = [...byTopic].map(([topic, own]) => ({ topic, lag: sumOf(own) }))
  return {
    group,
    state: description.state,
    members: description.members.map(memberOf),
    topics,
    lag: sumOf(lags),
    lag_ms: Math.max(0, Math.round(lagMs)),
    dead_letters: summary?.unended ?? 0,
    parked_keys: summary?.parkedKeys ?? 0,
    oldest_parked_at: sinceOf(summary?.oldestParkedAtMs),
    oldest_open_at: sinceOf(summary?.oldestOpenAtMs),
  }
}

function memberOf({ memberId, clientId, host, partitions }: MemberDescription): Member {
  const byTopic = Map.groupBy(partitions, ({ topic }) => topic)
  return {
    member_id: memberId,
    client_id: clientId ?? null,
    host: host ?? null,
    topics: [...byTopic].map(([topic, held]) => ({
      topic,
      partitions: held.map(({ partition }) => partition),
    })),
  }
}

/** What was deleted by its age in the meantime is nobody's lag. */
const sumOf = (lags: readonly PartitionLag[]): number =>
  Math.max(0, Number(lags.reduce((sum, { lag }) => sum + lag, 0n)))

export const letterOf = (letter: DeadLetter): Letter => ({
  topic: letter.topic,
  partition: letter.partition,
  offset: Number(letter.offset),
  key: letter.key === null ? null : keyText(letter.key),
  type: letter.eventType,
  event_id: letter.eventId,
  state: letter.state,
  code: letter.errorCode,
  error: letter.error,
  failed_at: iso(letter.failedAtMs),
  redrives: letter.redrives,
  parks: letter.parks,
})

export const runOf = (run: RedriveRun): Run => ({
  run_id: run.id,
  action: run.action,
  by: run.requestedBy,
  at: iso(run.requestedAtMs),
  selection: { ...run.selection },
  quarantined: run.quarantined,
  cap: run.cap,
  selected: run.selected,
  succeeded: run.succeeded,
  failed: run.failed,
  followers: run.followers,
  unfinished: run.unfinished,
})

export function selectionOf(given: GivenSelection): Selection {
  const { type, key, code, topic, partition, offset, failed_from, failed_before } = given
  return {
    ...(type !== undefined && { type }),
    ...(key !== undefined && { key: keyOf(key) }),
    ...(code !== undefined && { errorCode: code }),
    ...(topic !== undefined && { topic }),
    ...(partition !== undefined && { partition }),
    ...(offset !== undefined && { offset: BigInt(offset) }),
    ...(failed_from !== undefined && { failedFromMs: Date.parse(failed_from) }),
    ...(failed_before !== undefined && { failedBeforeMs: Date.parse(failed_before) }),
  }
}

/** Throws `body_invalid`: nothing is asked for by leaving something out. */
export function requireSaid(selection: object, all = false): void {
  if (Object.keys(selection).length > 0 === all) {
    throw new Problem('body_invalid', 'Say either which ones, or all of them.')
  }
}

export const heldSelectionOf = ({ row_id, topic, key, code }: GivenHeld): HeldSelection => ({
  ...(row_id !== undefined && { rowId: row_id }),
  ...(topic !== undefined && { topic }),
  ...(key !== undefined && { key: keyOf(key) }),
  ...(code !== undefined && { errorCode: code }),
})

export function outboxOf({ lastError, ...status }: OutboxStatus): AnswerOf<typeof readOutbox> {
  return {
    unsent: status.unsent,
    oldest_unsent_ms: Math.max(0, Math.round(status.oldestUnsentMs)),
    held_keys: status.heldKeys,
    parked_keys: status.parkedKeys,
    held_rows: status.heldRows,
    relays: status.relays,
    last_error: lastError && {
      code: lastError.errorCode,
      error: lastError.error,
      at: iso(lastError.atMs),
    },
  }
}

export const heldOf = (held: HeldKey): Held => ({
  row_id: held.rowId,
  topic: held.topic,
  key: keyText(held.key),
  type: held.eventType,
  event_id: held.eventId,
  parked: held.isParked,
  attempts: held.attempts,
  waiting: held.waiting,
  held_at: iso(held.heldAtMs),
  code: held.errorCode,
  error: held.error,
})

export const actionOf = (action: OutboxAction): Action => ({
  action: action.action,
  by: action.requestedBy,
  at: iso(action.requestedAtMs),
  selection: { ...action.selection },
  done: action.done,
})
