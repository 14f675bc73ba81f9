// What every step of a redrive is made of: its parts, its move in the index, its news.
import type { HandleRecord } from '../consumer/attempts.ts'
import { type PersistParts, persist } from '../consumer/persist.ts'
import { diagnostics, type Redriven } from '../diagnostics.ts'
import { CrashPoisonError } from '../errors.ts'
import type { EventLog } from '../log/log.ts'
import type { DeadLetterReason } from './letter.ts'
import type { ParkedKeys } from './parked-keys.ts'
import type { MemberStore, Move, RequestedLetter } from './store.ts'

/** A record's run that ends with why it failed, instead of a dead letter. */
export type TryRecord = HandleRecord<DeadLetterReason>

export interface RedriveParts extends PersistParts {
  readonly log: EventLog
  readonly store: MemberStore
  readonly tryRecord: TryRecord
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

export const crashPoison = ({ starts }: RequestedLetter) => new CrashPoisonError(starts)
