// Who leads a topic's partitions, when brokers that were cut off still tell of before.
import type { metadataV12 } from '@platformatic/kafka'

/** Both by partition. */
export interface Leadership {
  /** The leading broker's id; -1 while there is none. */
  readonly leaders: readonly number[]
  /** Grows with each new leader. */
  readonly epochs: readonly number[]
}

export const NO_LEADER = -1
const NO_EPOCH = -1

type Told = Pick<
  metadataV12.MetadataResponsePartition,
  'partitionIndex' | 'leaderId' | 'leaderEpoch'
>

/** What a broker tells of the partitions, but for leaders that have had a successor. */
export function newestLeaders(
  known: Leadership | undefined,
  partitions: readonly Told[],
): Leadership {
  const leaders: number[] = partitions.map(() => NO_LEADER)
  const epochs: number[] = partitions.map(() => NO_EPOCH)
  for (const { partitionIndex: at, leaderId, leaderEpoch } of partitions) {
    const epoch = Math.max(leaderEpoch, known?.epochs[at] ?? NO_EPOCH)
    leaders[at] = epoch === leaderEpoch ? leaderId : (known?.leaders[at] ?? NO_LEADER)
    epochs[at] = epoch
  }
  return { leaders, epochs }
}
