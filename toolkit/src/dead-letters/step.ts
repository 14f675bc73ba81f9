// What every step of a redrive is made of: its parts, its move in the index, its news.
import type { Alone } from '../consumer/alone.ts'
import type { HandleRecord } from '../consumer/attempts.ts'
import { beside, type Start } from '../consumer/noting.ts'
import { type PersistParts, persist } from '../consumer/persist.ts'
import { diagnostics, type Redriven } from '../diagnostics.ts'
import type { EventLog } from '../log/log.ts'
import type { DeadLetterReason } from './letter.ts'
import type { ParkedKeys } from './parked-keys.ts'
import { begun, givenUp } from './rules.ts'
import type { MemberStore, Move, RequestedLetter } from './store.ts'

/** A record's run that ends with why it failed, instead of a dead letter. */
export type TryRecord = HandleRecord<DeadLetterReason>

export interface RedriveParts extends PersistParts {
  readonly log: EventLog
  readonly store: MemberStore
  readonly tryRecord: TryRecord
  readonly alone: Alone
}

/** What one partition's lanes and its parked keys are to a redrive. */
export interface RedriveWork {
  readonly letter: RequestedLetter
  readonly keys: ParkedKeys
  readonly signal: AbortSignal
}

/** The dead letter after the move; undefined when another member has the partition by now. */
export async function moved(
  parts: RedriveParts,
  { letter, signal }: RedriveWork,
  move: Move,
): Promise<RequestedLetter | undefined> {
  const isMine = await persist(parts, signal, () => parts.store.move(letter, move))
  return isMine ? { ...letter, ...move.change } : undefined
}

export function tell(letter: RequestedLetter, outcome: Redriven['outcome']): void {
  const { group, topic, partition, offset, eventType: type, eventId, redrives } = letter
  diagnostics.redriven.publish({
    group,
    topic,
    partition,
    offset,
    type,
    eventId,
    redrives,
    outcome,
  })
}

export interface Starting {
  /** Undefined for what has begun already. */
  readonly start: Start | undefined
  /** It was given up in an orderly way, and so its start counts as none. */
  giveUp(): Promise<void>
}

/**
 * How a record is started that may end the process: on record first, and once that has happened
 * while it was at work, all alone.
 */
export function starting(
  parts: RedriveParts,
  work: RedriveWork,
  isBegun: boolean = false,
): Starting {
  const { letter } = work
  const { store, alone } = parts
  let hasBegun = isBegun
  async function begin(attempt: () => Promise<void>): Promise<boolean> {
    hasBegun = (await moved(parts, work, begun(letter))) !== undefined
    if (hasBegun) await attempt()
    return hasBegun
  }
  const around: Start['around'] = (attempt) =>
    letter.starts === 0 ? beside(alone, () => begin(attempt)) : alone.run(() => begin(attempt))
  return {
    start: isBegun ? undefined : { starts: letter.starts, around },
    async giveUp() {
      if (hasBegun) await store.move(letter, givenUp())
    },
  }
}
