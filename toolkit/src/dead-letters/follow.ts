// After a dead letter has ended, what was parked behind it is handled: in order, a bounded step.
import { persist } from '../consumer/persist.ts'
import { appendLetter, tellBuried } from './bury.ts'
import { type DeadLetterReason, entryOf, letterOf } from './letter.ts'
import { endOf, type Follower, letterPlaceOf, nextFollowers } from './reading.ts'
import { crashPoison, moved, type RedriveParts, type RedriveWork, tell } from './step.ts'
import {
  begun,
  followerDone,
  givenUp,
  isCrashPoison,
  released,
  stepDone,
  succeeded,
} from './rules.ts'
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
    // Later ones are begun by the move that ends the one before.
    if (at === 0) current = await moved(parts, one, begun(current))
    current = current && (await handleFollower(parts, { ...work, letter: current }, follower))
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

/** The dead letter after the follower; undefined when it failed or the step was given up. */
async function handleFollower(
  parts: RedriveParts,
  work: RedriveWork,
  follower: Follower,
): Promise<RequestedLetter | undefined> {
  const { letter, signal } = work
  const { original, letterOffset } = follower
  const before = { ...letter, starts: letter.starts - 1 }
  if (isCrashPoison(before)) {
    const error = crashPoison(before)
    const reason = { group: letter.group, error, firstError: error, attempts: 0 }
    return replace(parts, work, follower, reason)
  }
  const result = await parts.tryRecord(original, signal, { redrives: 0, isReplay: false })
  if (result === undefined) {
    await parts.store.move(letter, givenUp())
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
