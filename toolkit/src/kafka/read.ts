// Reads a range of one partition outside any group.
import { LogRefusedError } from '../errors.ts'
import type { LogRecord, TopicPartition } from '../log/log.ts'
import { FETCH_BYTES_MAX } from '../log/log.ts'
import { decodeBatches } from './batch-decode.ts'
import type { Cluster } from './cluster.ts'
import type { Connections } from './connections.ts'
import { brokerError, CODE, retrying, throwCode } from './faults.ts'
import { fetchBatches } from './fetch-request.ts'
import { EARLIEST, LATEST, listOffsets } from './offsets.ts'
import { placeOf } from '../log/place.ts'

const READ_TIMEOUT_MS = 30_000
const NO_WAIT_MS = 0

/** Ends at `to`, or at what was the log's end when it began; skips what was deleted by age. */
export async function* readRange(
  cluster: Cluster,
  place: TopicPartition,
  from: bigint,
  to: bigint,
): AsyncGenerator<LogRecord, void, void> {
  await cluster.require([place.topic], READ_TIMEOUT_MS)
  const { length: count } = cluster.topic(place.topic)?.leaders ?? []
  if (place.partition >= count) throw new LogRefusedError(`No partition ${placeOf(place)}.`)
  const latest = await boundOf(cluster, place, LATEST)
  const end = latest < to ? latest : to
  const connections = cluster.connections()
  try {
    let next = from
    while (next < end) {
      const position = next
      const bytes = await persistently(cluster, place, () =>
        fetchOne(cluster, connections, place, position),
      )
      if (bytes === null) {
        const earliest = await boundOf(cluster, place, EARLIEST)
        if (earliest <= next) throw new LogRefusedError(`${placeOf(place)} has no ${next}.`)
        next = earliest
        continue
      }
      const portions = decodeBatches(place, bytes, next, FETCH_BYTES_MAX)
      for (let step = portions.next(); ; step = portions.next()) {
        if (step.done) {
          next = step.value
          break
        }
        for (const record of step.value) {
          if (record.offset >= end) return
          yield record
        }
      }
    }
  } finally {
    await connections.close()
  }
}

/** The bytes from an offset on; null when the log does not begin before it any more. */
async function fetchOne(
  cluster: Cluster,
  connections: Connections,
  { topic, partition }: TopicPartition,
  next: bigint,
): Promise<Buffer | null> {
  await cluster.refresh([topic])
  const leader = cluster.leaderOf(topic, partition)
  if (leader === undefined) throw brokerError(CODE.LEADER_NOT_AVAILABLE, topic)
  const position = { topicId: cluster.topic(topic)?.id ?? '', partition, next }
  const fetched = await fetchBatches(connections, leader, [position], FETCH_BYTES_MAX, NO_WAIT_MS)
  const [answer] = fetched
  if (answer?.errorCode === CODE.OFFSET_OUT_OF_RANGE) return null
  throwCode(answer?.errorCode ?? CODE.UNKNOWN_TOPIC_OR_PARTITION, topic)
  return answer?.bytes ?? Buffer.alloc(0)
}

async function boundOf(cluster: Cluster, place: TopicPartition, bound: bigint): Promise<bigint> {
  const [row] = await persistently(cluster, place, () => listOffsets(cluster, [place], bound))
  return row?.offset ?? 0n
}

function persistently<T>(cluster: Cluster, place: TopicPartition, attempt: () => Promise<T>) {
  return retrying(cluster, `Reading ${placeOf(place)}.`, READ_TIMEOUT_MS, attempt)
}
