// A dead letter is brought back or given up: step by step, in its key's lane, by its own group.
import { persist } from '../consumer/persist.ts'
import { deadLetterTopicOf } from '../catalogue/topic.ts'
import { CrashPoisonError, LetterMissingError } from '../errors.ts'
import type { LogRecord } from '../log/log.ts'
import { appendLetter, tellBuried } from './bury.ts'
import type { Ended } from './dead-letter.ts'
import { follow } from './follow.ts'
import { letterOf } from './letter.ts'
import { originalOf } from './original.ts'
import { readEntry } from './reading.ts'
import { headDone, headFailed, headHopeless, isCrashPoison } from './rules.ts'
import { moved, type RedriveParts, type RedriveWork, starting, tell } from './step.ts'
import type { RequestedLetter } from './store.ts'

/** One step; answers the dead letter when there is another one to make, in the lane's next turn. */
export async function redriveStep(
  parts: RedriveParts,
  work: RedriveWork,
): Promise<RequestedLetter | undefined> {
  const { letter } = work
  if (letter.state === 'following') return follow(parts, work)
  if (letter.state === 'discarding') return finish(parts, work, 'discarded')
  if (isCrashPoison(letter)) return giveUpOn(parts, work, new CrashPoisonError(letter.starts))
  const found = await readEntry(parts.log.admin, letter)
  const original = found && originalOf(found)
  if (original === undefined) return giveUpOn(parts, work, letterMissing(letter))
  return bringBack(parts, work, original)
}

async function bringBack(
  parts: RedriveParts,
  work: RedriveWork,
  original: LogRecord,
): Promise<RequestedLetter | undefined> {
  const { letter, signal } = work
  const { start, giveUp } = starting(parts, work)
  const run = { redrives: letter.redrives + 1, isReplay: false, start }
  const result = await parts.tryRecord(original, signal, run)
  if (result === undefined) {
    await giveUp()
    return undefined
  }
  if (typeof result === 'string') return finish(parts, work, 'redriven')
  const nowMs = parts.clock.nowMs()
  const again = letterOf(original, result, nowMs)
  const letterOffset = await persist(parts, signal, () => appendLetter(parts.log, again))
  if (letterOffset === undefined) return undefined
  const failed = await moved(parts, work, headFailed(letter, result, { letterOffset, nowMs }))
  if (failed !== undefined) tellBuried(original, result)
  if (failed?.state === 'quarantined') tell(failed, 'quarantined')
  return undefined
}

async function finish(
  parts: RedriveParts,
  work: RedriveWork,
  ending: Ended,
): Promise<RequestedLetter | undefined> {
  const done = await moved(parts, work, headDone(work.letter, ending, parts.clock.nowMs()))
  if (done === undefined) return undefined
  tell(done, ending)
  if (done.state === 'following') return done
  work.keys.remove(done)
  return undefined
}

async function giveUpOn(parts: RedriveParts, work: RedriveWork, error: Error): Promise<undefined> {
  const given = await moved(parts, work, headHopeless(error, parts.clock.nowMs()))
  if (given !== undefined) tell(given, 'quarantined')
}

const letterMissing = ({ topic, partition, letterOffset }: RequestedLetter) =>
  new LetterMissingError(`It was ${deadLetterTopicOf(topic)}/${partition}/${letterOffset}.`)
