// After a dead letter has ended, what was parked behind it is handled: in order, a bounded step.
import { persist } from '../consumer/persist.ts'
import { appendLetter, tellBuried } from './bury.ts'
import { type DeadLetterReason, entryOf, letterOf } from './letter.ts'
import { endOf, type Follower, letterPlaceOf, nextFollowers } from './reading.ts'
import { moved, type RedriveParts, type RedriveWork, starting, tell } from './step.ts'
import { followerDone, released, stepDone, succeeded } from './rules.ts'
import type { RequestedLetter } from './store.ts'

/** Answers the dead letter while there may be more followers. */
export async function follow(
  parts: RedriveParts,
  work: RedriveWork,
): Promise<RequestedLetter | undefined> {
  const { letter } = work
  const place = letterPlaceOf(letter)
  // This lane appends the key's followers, and it is here: what comes later is no follower.
  const end = await endOf(parts.log.admin, place)
  const { followers, next } = await nextFollowers(parts.log.admin, letter, end)
  let current: RequestedLetter | undefined = letter
  for (const [at, follower] of followers.entries()) {
    const one: RedriveWork = { ...work, letter: current }
    current = await handleFollower(parts, one, follower, at > 0)
    if (current === undefined) return undefined
  }
  const last = { ...work, letter: current }
  if (next < end) return moved(parts, last, stepDone(next))
  const free = await moved(parts, last, released(current, next, parts.clock.nowMs()))
  if (free === undefined) return undefined
  work.keys.remove(letter)
  tell(free, 'released')
  return undefined
}

/**
 * The dead letter after the follower; undefined when it failed or the step was given up. The move
 * that ends one is the start of the next, which then `isBegun`.
 */
async function handleFollower(
  parts: RedriveParts,
  work: RedriveWork,
  follower: Follower,
  isBegun: boolean,
): Promise<RequestedLetter | undefined> {
  const { original, letterOffset } = follower
  const { start, giveUp } = starting(parts, work, isBegun)
  const run = { redrives: 0, isReplay: false, start }
  const result = await parts.tryRecord(original, work.signal, run)
  if (result === undefined) {
    await giveUp()
    return undefined
  }
  if (typeof result !== 'string') return replace(parts, work, follower, result)
  return moved(parts, work, followerDone(letterOffset, original.offset))
}

/** The follower failed for good: from now on it is what parks the key. */
async function replace(
  parts: RedriveParts,
  work: RedriveWork,
  { original, letterOffset: parkedLetter }: Follower,
  reason: DeadLetterReason,
): Promise<undefined> {
  const { letter, keys, signal } = work
  const nowMs = parts.clock.nowMs()
  const own = letterOf(original, reason, nowMs)
  const letterOffset = await persist(parts, signal, () => appendLetter(parts.log, own))
  if (letterOffset === undefined) return
  const entry = entryOf(original, reason, {
    letterOffset,
    nowMs,
    owner: letter.owner,
    parks: true,
  })
  const replaced = await moved(parts, work, succeeded(letter, entry, parkedLetter, nowMs))
  if (replaced === undefined) return
  keys.add(entry)
  keys.remove(letter)
  tellBuried(original, reason)
}
