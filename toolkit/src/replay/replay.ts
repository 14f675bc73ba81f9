// Sets one group back, so that it reads its topics again while every other group goes on.
import type { ConsumerGroup } from '../catalogue/group.ts'
import {
  type CommitMetadata,
  readMetadata,
  type ReplayInbox,
  writeMetadata,
} from '../consumer/commit-metadata.ts'
import type { Commit, LogAdmin, TopicPartition } from '../log/log.ts'
import { placeOf } from '../log/place.ts'

/** Where a replay starts: what the topics still hold, a time, or an offset for some partitions. */
export type ReplayTo =
  | 'earliest'
  | { readonly timestampMs: number }
  | { readonly offsets: readonly (TopicPartition & { readonly offset: bigint })[] }

export interface ReplayOptions {
  readonly to: ReplayTo
  /**
   * - `skip_seen`: the inbox decides, so that only events without an effect have one (the default).
   * - `force`: every event is handled again.
   * - `side_effect_free`: as `force`, but handlers marked with `sideEffect` are skipped.
   */
  readonly inbox?: ReplayInbox
  /** Answers what would be done, and does nothing. */
  readonly dryRun?: boolean
}

/** A partition that is set back. */
export interface ReplayedPartition extends TopicPartition {
  readonly from: bigint
  readonly to: bigint
}

/**
 * Answers the partitions that are set back; a start that is not behind the group's position leaves
 * its partition as it is, for going forward would lose events. Rejects with `GroupNotEmptyError`.
 */
export async function replay(
  admin: LogAdmin,
  group: Pick<ConsumerGroup, 'name' | 'topics'>,
  { to, inbox = 'skip_seen', dryRun = false }: ReplayOptions,
): Promise<ReplayedPartition[]> {
  const topics = group.topics.map(({ name }) => name)
  const [committed, earliest, wanted] = await Promise.all([
    admin.committed(group.name, topics),
    startsOf(admin, topics, 'earliest'),
    startsOf(admin, topics, to),
  ])
  const moves = committed.flatMap((commit) => {
    const place = placeOf(commit)
    const start = wanted.get(place)
    if (start === undefined) return []
    const first = earliest.get(place) ?? 0n
    const moved = movedBack(commit, start < first ? first : start, inbox)
    return moved === undefined ? [] : [{ commit, moved }]
  })
  if (!dryRun && moves.length > 0) {
    await admin.alterCommitted(
      group.name,
      moves.map(({ moved }) => moved),
    )
  }
  return moves.map(({ commit: { topic, partition, offset }, moved }) => {
    return { topic, partition, from: offset, to: moved.offset }
  })
}

/** The commit that starts a replay at `start`; undefined when that is not behind `commit`. */
export function movedBack(
  commit: Required<Commit>,
  start: bigint,
  inbox: ReplayInbox,
): Required<Commit> | undefined {
  if (start >= commit.offset) return undefined
  const { topic, partition, offset } = commit
  const before = readMetadata(offset, commit.metadata)
  const until = before.done.reduce(after, after(before.replay?.until ?? offset, offset - 1n))
  // What is suspected stays so; what is done is read again, so it is not said any more.
  const metadata: CommitMetadata = { ...before, done: [], replay: { until, inbox } }
  return { topic, partition, offset: start, metadata: writeMetadata(start, metadata) }
}

/** The end of a stretch that reaches over `offset`. */
const after = (end: bigint, offset: bigint): bigint => (offset < end ? end : offset + 1n)

async function startsOf(
  admin: LogAdmin,
  topics: readonly string[],
  to: ReplayTo,
): Promise<Map<string, bigint>> {
  if (typeof to === 'object' && 'offsets' in to) {
    return new Map(to.offsets.map((one) => [placeOf(one), one.offset]))
  }
  const starts = await Promise.all(topics.map((topic) => admin.offsets(topic, to)))
  return new Map(starts.flat().map((one) => [placeOf(one), one.offset]))
}
