// One event that a group failed for good: what is known of it, and the states it goes through.
import type { Position } from '../envelope/envelope.ts'
import { bufferOf } from '../envelope/text.ts'

/**
 * - `open`: nobody has asked for anything.
 * - `redriving`, `discarding`: asked for; the owner of the partition does it in the key's lane.
 * - `following`: done, and the key's later events are being handled after it.
 * - `quarantined`: failed again too often; only an explicit word brings it back.
 * - `redriven`, `discarded`: ended.
 */
export type DeadLetterState = 'open' | 'quarantined' | Requested | Ended

/** What a member has work with. */
export type Requested = 'redriving' | 'discarding' | 'following'

export type Ended = 'redriven' | 'discarded'

/** What a person can ask for. */
export type Action = 'redrive' | 'discard'

/** Where the event itself lies: with the group, this names the dead letter. */
export interface DeadLetter extends Position {
  readonly group: string
  readonly key: Uint8Array | null
  /** Where its newest letter lies in `<topic>.dlq`, in the partition of the same number. */
  readonly letterOffset: bigint
  readonly eventId: string
  /** `unknown` where not even that could be read. */
  readonly eventType: string
  readonly errorCode: string
  readonly error: string
  readonly failedAtMs: number
  /** Since when its key waits: as `failedAtMs`, or longer when it failed as a follower. */
  readonly parkedAtMs: number
  /** Whether the key's later events wait for it: so it was where its group parks keys. */
  readonly parks: boolean
  /** How often it was brought back. */
  readonly redrives: number
  /** Redrives that were begun and have not ended: more than one means that the process died. */
  readonly starts: number
  readonly state: DeadLetterState
  /** How it ends once its followers are handled. */
  readonly ending: Ended | null
  /** The next letter to look at for followers. */
  readonly nextLetter: bigint
  /** The last event of the key that is done, by its own offset. */
  readonly followedTo: bigint
  /** Which member may move it: the one that took the partition over last. */
  readonly owner: string
  readonly runId: string | null
  readonly dueAtMs: number | null
  readonly endedAtMs: number | null
}

/** What names a dead letter. */
export type DeadLetterId = Position & Pick<DeadLetter, 'group'>

export const isEnded = ({ state }: Pick<DeadLetter, 'state'>): boolean =>
  state === 'redriven' || state === 'discarded'

/** The key's bytes as text; events without a key keep the order among themselves. */
export function laneOf(key: Uint8Array | null): string {
  return key === null ? '' : `k${bufferOf(key).toString('latin1')}`
}
