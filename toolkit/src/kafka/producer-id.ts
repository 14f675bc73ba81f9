// Who a partition's batches come from: by id, epoch and sequence the brokers drop a retry's double.
import { initProducerIdV5 } from '@platformatic/kafka'
import type { ProducerStamp } from './batch-encode.ts'
import type { Cluster } from './cluster.ts'
import { ANY_BROKER } from './connections.ts'
import { throwCode } from './faults.ts'

export const NO_PRODUCER: ProducerStamp = { producerId: -1n, epoch: 0, sequence: 0 }

const EPOCH_MAX = 32_767
const SEQUENCE_MASK = 2 ** 31 - 1
const INITIALISE_TIMEOUT_MS = 3000

/** The stamp of the batch after one of `count` records. */
export function nextStamp(stamp: ProducerStamp, count: number): ProducerStamp {
  return { ...stamp, sequence: (stamp.sequence + count) & SEQUENCE_MASK }
}

/**
 * Starts a partition's sequence anew. The brokers refuse what is still on its way from the epoch
 * before, so an attempt that nobody waits for any more cannot be written after newer batches.
 */
export function renewedStamp({ producerId, epoch }: ProducerStamp): ProducerStamp {
  return epoch < EPOCH_MAX ? { producerId, epoch: epoch + 1, sequence: 0 } : NO_PRODUCER
}

/** The brokers' next free producer id. */
export async function newProducerId(cluster: Cluster, leftMs: number): Promise<bigint> {
  const { api } = initProducerIdV5
  const timeoutMs = Math.min(INITIALISE_TIMEOUT_MS, leftMs)
  const answer = await cluster.call(ANY_BROKER, timeoutMs, api, null, 0)
  throwCode(answer.errorCode)
  return answer.producerId
}
