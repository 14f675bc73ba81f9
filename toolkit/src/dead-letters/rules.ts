// What becomes of a dead letter after each step: pure, from what it was and what happened.
import { STARTS_MAX } from '../consumer/noting.ts'
import { errorCodeOf } from '../errors.ts'
import { bounded, type DeadLetterReason } from './letter.ts'
import type { DeadLetter, Ended } from './dead-letter.ts'
import type { Move, NewDeadLetter, RequestedLetter } from './store.ts'

/** After as many redrives in vain only an explicit word brings it back. */
const REDRIVES_MAX = 3
/** A step that was begun as often and never ended has killed its process each time. */
export const isCrashPoison = ({ starts }: DeadLetter): boolean => starts >= STARTS_MAX

/** Written down before anything is tried. */
export const begun = ({ starts }: DeadLetter): Move => ({ change: { starts: starts + 1 } })

/** The step was given up in an orderly way: it counts as none. */
export const givenUp = (): Move => ({ change: { starts: 0 } })

/** The event is handled or not wanted any more; where keys are parked its followers come next. */
export function headDone(letter: DeadLetter, ending: Ended, nowMs: number): Move {
  const redrives = letter.redrives + (ending === 'redriven' ? 1 : 0)
  const count = { succeeded: 1 }
  if (letter.parks) return { change: { redrives, starts: 0, state: 'following', ending }, count }
  return { change: { redrives, starts: 0, state: ending, endedAtMs: nowMs }, count }
}

/** It failed again; its new letter is acknowledged, its followers are where they were. */
export function headFailed(
  letter: DeadLetter,
  { error }: Pick<DeadLetterReason, 'error'>,
  placed: { readonly letterOffset: bigint; readonly nowMs: number },
): Move {
  const redrives = letter.redrives + 1
  return {
    change: {
      ...failure(error, placed.nowMs),
      letterOffset: placed.letterOffset,
      redrives,
      state: redrives >= REDRIVES_MAX ? 'quarantined' : 'open',
    },
    count: { failed: 1 },
  }
}

/** No redrive can help: its letter is gone, or each one killed the process. */
export const headHopeless = (error: Error, nowMs: number): Move => ({
  change: { ...failure(error, nowMs), state: 'quarantined' },
  count: { failed: 1 },
})

const failure = (error: Error, nowMs: number) => ({
  starts: 0,
  errorCode: errorCodeOf(error),
  error: bounded(error.message),
  failedAtMs: nowMs,
})

/** One follower is handled, and the next one counts as begun. */
export const followerDone = (letterOffset: bigint, offset: bigint): Move => ({
  change: { nextLetter: letterOffset + 1n, followedTo: offset, starts: 1 },
  count: { followers: 1 },
})

/** The bounded step ends here, the next one goes on at that letter. */
export const stepDone = (nextLetter: bigint): Move => ({ change: { nextLetter, starts: 0 } })

/** No follower is left: the key is free. */
export const released = (letter: DeadLetter, nextLetter: bigint, nowMs: number): Move => ({
  change: { nextLetter, starts: 0, state: letter.ending ?? 'redriven', endedAtMs: nowMs },
})

/** A follower failed: it parks the key now, and what follows it lies behind its parked letter. */
export function succeeded(
  letter: DeadLetter,
  failed: NewDeadLetter,
  parkedLetter: bigint,
  nowMs: number,
): Move {
  const { parkedAtMs, owner } = letter
  const nextLetter = parkedLetter + 1n
  return {
    ...released(letter, nextLetter, nowMs),
    successor: { ...failed, parkedAtMs, owner, nextLetter },
  }
}

type Followable = Pick<RequestedLetter, 'followedTo' | 'nextOffset'>

/** Whether an event of the key at `offset` is still to be handled after the dead letter. */
export const isNextFollower = (letter: Followable, offset: bigint): boolean =>
  offset > letter.followedTo && (letter.nextOffset === null || offset < letter.nextOffset)
