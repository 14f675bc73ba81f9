// One fetch from one broker: the request that both the group member and the plain reader make.
import type { Connections } from './connections.ts'
import { throwCode } from './faults.ts'
import type { FetchedPartition } from './wire.ts'
import { fetch } from './wire.ts'

export interface FetchPosition {
  readonly topicId: string
  readonly partition: number
  readonly next: bigint
}

const FETCH_BYTES_MIN = 1
const ANSWER_BYTES_MAX = 8_388_608
const REQUEST_TIMEOUT_MS = 10_000
const READ_UNCOMMITTED = 0
const NO_SESSION = 0
const NO_SESSION_EPOCH = -1
const ANY_EPOCH = -1
const NO_RACK = ''

/** Waits up to `waitMs` for something to read; each partition's error is in its answer. */
export async function fetchBatches(
  connections: Connections,
  leader: number,
  positions: readonly FetchPosition[],
  partitionBytesMax: number,
  waitMs: number,
): Promise<FetchedPartition[]> {
  const byTopic = Map.groupBy(positions, ({ topicId }) => topicId)
  const topics = [...byTopic].map(([topicId, ofTopic]) => ({
    topicId,
    partitions: ofTopic.map(({ partition, next }) => ({
      partition,
      currentLeaderEpoch: ANY_EPOCH,
      fetchOffset: next,
      lastFetchedEpoch: ANY_EPOCH,
      partitionMaxBytes: partitionBytesMax,
    })),
  }))
  const { errorCode, partitions } = await connections.call(
    leader,
    REQUEST_TIMEOUT_MS,
    fetch,
    waitMs,
    FETCH_BYTES_MIN,
    ANSWER_BYTES_MAX,
    READ_UNCOMMITTED,
    NO_SESSION,
    NO_SESSION_EPOCH,
    topics,
    [],
    NO_RACK,
  )
  throwCode(errorCode)
  return partitions
}
