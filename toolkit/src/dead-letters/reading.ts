// What lies in the dead letter topic: one letter, and the events that are parked behind it.
import { deadLetterTopicOf } from '../catalogue/topic.ts'
import type { LogAdmin, LogRecord, TopicPartition } from '../log/log.ts'
import { type DeadLetter, laneOf } from './dead-letter.ts'
import { originalOf, readLetter } from './original.ts'
import { isNextFollower } from './rules.ts'

/** Followers in one step, before the lane has another turn. */
const FOLLOWERS_PER_STEP = 32
/** Letters looked at in one step: most are other keys' and other groups'. */
const LETTERS_PER_STEP = 2_048

/** All that reading letters needs of a log. */
export type LetterReader = Pick<LogAdmin, 'offsets' | 'read'>

/** A dead letter that may have a next one of its key: followers from there on are that one's. */
export type Followed = DeadLetter & { readonly nextOffset: bigint | null }

export interface Follower {
  readonly original: LogRecord
  /** Where its parked letter lies. */
  readonly letterOffset: bigint
}

export const letterPlaceOf = ({ topic, partition }: TopicPartition): TopicPartition => ({
  topic: deadLetterTopicOf(topic),
  partition,
})

/** Its newest letter; undefined once that is too old. */
export async function readEntry(
  admin: LetterReader,
  entry: DeadLetter,
): Promise<LogRecord | undefined> {
  const { letterOffset: from } = entry
  for await (const found of admin.read(letterPlaceOf(entry), from, from + 1n)) {
    if (found.offset === from) return found
  }
  return undefined
}

/** The next few, and where to look on; `end` when there are no more. */
export async function nextFollowers(
  admin: LetterReader,
  letter: Followed,
  end: bigint,
): Promise<{ readonly followers: readonly Follower[]; readonly next: bigint }> {
  const followers: Follower[] = []
  let { followedTo } = letter
  let looked = 0
  for await (const found of admin.read(letterPlaceOf(letter), letter.nextLetter, end)) {
    looked += 1
    const original = followerIn(letter, found)
    if (original !== undefined && isNextFollower({ ...letter, followedTo }, original.offset)) {
      followers.push({ original, letterOffset: found.offset })
      followedTo = original.offset
    }
    if (followers.length === FOLLOWERS_PER_STEP || looked === LETTERS_PER_STEP) {
      return { followers, next: found.offset + 1n }
    }
  }
  return { followers, next: end }
}

/** The parked event of the same group and key that the letter holds, if it does. */
function followerIn(letter: Followed, found: LogRecord): LogRecord | undefined {
  if (laneOf(found.key) !== laneOf(letter.key)) return undefined
  const body = readLetter(found)
  const isParked = body?.consumer_group === letter.group && body.error_code === 'SOSIK_PARKED'
  return isParked ? originalOf(found) : undefined
}

export async function endOf(
  admin: LetterReader,
  { topic, partition }: TopicPartition,
): Promise<bigint> {
  const ends = await admin.offsets(topic, 'latest')
  return ends.find((one) => one.partition === partition)?.offset ?? 0n
}
