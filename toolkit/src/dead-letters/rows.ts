// Rows of the index of dead letters, as PostgreSQL has them, and what they stand for.
import { storable } from '../postgres/storable.ts'
import type { DeadLetter, DeadLetterState, Ended, Action } from './dead-letter.ts'
import type { NewDeadLetter, RedriveRun } from './store.ts'

export interface DeadLetterRow {
  readonly consumer_group: string
  readonly topic: string
  readonly partition: number
  readonly original_offset: number
  readonly key: Uint8Array | null
  readonly dead_letter_offset: number
  readonly event_id: string
  readonly event_type: string
  readonly error_code: string
  readonly error: string
  readonly failed_at: Date
  readonly parked_at: Date
  readonly parks: boolean
  readonly redrives: number
  readonly starts: number
  readonly state: DeadLetterState
  readonly ending: Ended | null
  readonly next_letter: number
  readonly followed_to: number
  readonly owner: string
  readonly run_id: string | null
  readonly due_at: Date | null
  readonly ended_at: Date | null
}

export function deadLetterOf(row: DeadLetterRow): DeadLetter {
  return {
    group: row.consumer_group,
    topic: row.topic,
    partition: row.partition,
    offset: BigInt(row.original_offset),
    key: row.key,
    letterOffset: BigInt(row.dead_letter_offset),
    eventId: row.event_id,
    eventType: row.event_type,
    errorCode: row.error_code,
    error: row.error,
    failedAtMs: row.failed_at.getTime(),
    parkedAtMs: row.parked_at.getTime(),
    parks: row.parks,
    redrives: row.redrives,
    starts: row.starts,
    state: row.state,
    ending: row.ending,
    nextLetter: BigInt(row.next_letter),
    followedTo: BigInt(row.followed_to),
    owner: row.owner,
    runId: row.run_id,
    dueAtMs: row.due_at?.getTime() ?? null,
    endedAtMs: row.ended_at?.getTime() ?? null,
  }
}

/** What a dead letter has before anybody asked for anything. */
export const NEW_ROW = {
  starts: 0,
  state: 'open',
  ending: null,
  run_id: null,
  due_at: null,
  ended_at: null,
}

/** The row as JSON; what a new dead letter has not yet is left out. */
export function rowOf(letter: NewDeadLetter | DeadLetter): object {
  return {
    consumer_group: letter.group,
    topic: letter.topic,
    partition: letter.partition,
    original_offset: Number(letter.offset),
    key: letter.key === null ? null : `\\x${Buffer.from(letter.key).toString('hex')}`,
    dead_letter_offset: Number(letter.letterOffset),
    event_id: storable(letter.eventId),
    event_type: storable(letter.eventType),
    error_code: storable(letter.errorCode),
    error: storable(letter.error),
    failed_at: new Date(letter.failedAtMs),
    parked_at: new Date(letter.parkedAtMs),
    parks: letter.parks,
    redrives: letter.redrives,
    next_letter: Number(letter.nextLetter),
    followed_to: Number(letter.followedTo),
    owner: letter.owner,
    ...('state' in letter && {
      starts: letter.starts,
      state: letter.state,
      ending: letter.ending,
      run_id: letter.runId,
      due_at: letter.dueAtMs === null ? null : new Date(letter.dueAtMs),
      ended_at: letter.endedAtMs === null ? null : new Date(letter.endedAtMs),
    }),
  }
}

export interface RunRow {
  readonly id: string
  readonly consumer_group: string
  readonly action: Action
  readonly requested_by: string
  readonly requested_at: Date
  readonly selection: Readonly<Record<string, string>>
  readonly quarantined: boolean
  readonly cap: number
  readonly rate_per_second: number
  readonly selected: number
  readonly succeeded: number
  readonly failed: number
  readonly followers: number
  readonly unfinished: number
}

export function runOf(row: RunRow): RedriveRun {
  return {
    id: row.id,
    group: row.consumer_group,
    action: row.action,
    requestedBy: row.requested_by,
    requestedAtMs: row.requested_at.getTime(),
    selection: row.selection,
    quarantined: row.quarantined,
    cap: row.cap,
    ratePerSecond: row.rate_per_second,
    selected: row.selected,
    succeeded: row.succeeded,
    failed: row.failed,
    followers: row.followers,
    unfinished: row.unfinished,
  }
}
