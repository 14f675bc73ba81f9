// What waits to be appended to one partition, oldest first; the batch on its way is its head.
import { PublishError } from '../errors.ts'
import type { AppendResult, NewRecord } from '../log/log.ts'
import type { BatchEncoder, ProducerStamp } from './batch-encode.ts'
import { NO_PRODUCER } from './producer-id.ts'

/** One `append`: its results fill up until none is open. */
export interface AppendCall {
  readonly results: AppendResult[]
  readonly deadlineMs: number
  open: number
  readonly done: () => void
}

/** What one call has for one partition. */
interface Run {
  readonly call: AppendCall
  readonly records: NewRecord[]
  /** Where each record stands in its call. */
  readonly places: number[]
  bytes: number
  /** How many of the records have their result. */
  settled: number
}

/** The encoded head of a queue. */
export interface Batch {
  readonly encoded: Buffer
  readonly count: number
  /** Before compression. */
  readonly bytes: number
  readonly deadlineMs: number
  attempts: number
  /** An attempt ended without a word of whether the batch was written. */
  uncertain: boolean
  /** Why the last attempt failed. */
  error: Error | null
  /** How many brokers said in a row that they know no such topic. */
  denials: number
}

export interface PartitionQueue {
  readonly topic: string
  readonly partition: number
  readonly runs: Run[]
  batch: Batch | null
  /** Bound of one batch before compression; it shrinks when the topic takes less. */
  batchBytesMax: number
  /** What the next batch says of its producer. */
  stamp: ProducerStamp
}

const BATCH_BYTES_MAX = 1_000_000
const BATCH_RECORDS_MAX = 10_000
/** One batch fails as a whole, so what came much later than its head does not ride in it. */
const BATCH_SPAN_MS_MAX = 1000

export function partitionQueue(topic: string, partition: number): PartitionQueue {
  return {
    topic,
    partition,
    runs: [],
    batch: null,
    batchBytesMax: BATCH_BYTES_MAX,
    stamp: NO_PRODUCER,
  }
}

/** Puts a record last; true when it is the first of its call here. */
export function enqueue(
  { runs }: PartitionQueue,
  call: AppendCall,
  place: number,
  record: NewRecord,
  bytes: number,
): boolean {
  const last = runs.at(-1)
  if (last?.call === call) {
    last.records.push(record)
    last.places.push(place)
    last.bytes += bytes
    return false
  }
  runs.push({ call, records: [record], places: [place], bytes, settled: 0 })
  return true
}

/** True while more records would ride in the next batch without making it wait. */
export function isCollecting({ runs, batch, batchBytesMax }: PartitionQueue): boolean {
  const last = runs.at(-1)
  return batch === null && last !== undefined && last.bytes < batchBytesMax
}

/** Encodes the head of the queue; records without a time get `nowMs`. */
export function cutBatch(
  { runs, batchBytesMax }: PartitionQueue,
  encoder: BatchEncoder,
  nowMs: number,
): Batch {
  encoder.start(batchBytesMax, nowMs)
  const deadlineMs = runs[0]?.call.deadlineMs ?? nowMs
  for (const { call, records, settled } of runs) {
    if (call.deadlineMs > deadlineMs + BATCH_SPAN_MS_MAX) break
    const before = encoder.count
    for (let at = settled; encoder.count < BATCH_RECORDS_MAX; at += 1) {
      const record = records[at]
      if (record === undefined || !encoder.add(record)) break
    }
    if (encoder.count - before < records.length - settled) break
  }
  const { count, bytes } = encoder
  const encoded = encoder.finish()
  const fresh = { attempts: 0, uncertain: false, error: null, denials: 0 }
  return { encoded, count, bytes, deadlineMs, ...fresh }
}

/** When the head of the queue has to be sent or refused; undefined when nothing waits. */
export function deadlineOf({ batch, runs }: PartitionQueue): number | undefined {
  return batch?.deadlineMs ?? runs[0]?.call.deadlineMs
}

/** The head lies in the log from `baseOffset` on. Returns the bytes that are no longer held. */
export function acknowledge(queue: PartitionQueue, count: number, baseOffset: bigint): number {
  const { partition } = queue
  let offset = baseOffset
  return settle(queue, count, () => ({ ok: true, partition, offset: offset++ }))
}

/** Refuses the head of the queue, and what its last call has behind it: nothing overtakes. */
export function refuse(queue: PartitionQueue, count: number, error: Error): number {
  const freed = settle(queue, count, () => ({ ok: false, error }))
  const [run] = queue.runs
  if (!run || run.settled === 0) return freed
  const behind = refusedBefore(error)
  const left = run.records.length - run.settled
  return freed + settle(queue, left, () => ({ ok: false, error: behind }))
}

/** For what stands behind a refused record in its call. */
export const refusedBefore = (cause: Error | undefined): Error =>
  new PublishError('One before it in its partition was refused.', { cause })

/** Gives the head its results; returns the bytes of the calls that have all of theirs. */
function settle(queue: PartitionQueue, count: number, result: () => AppendResult): number {
  let freed = 0
  let left = count
  while (left > 0) {
    const [run] = queue.runs
    if (run === undefined) break
    const { call, places } = run
    const settled = places.slice(run.settled, run.settled + left)
    for (const place of settled) call.results[place] = result()
    left -= settled.length
    call.open -= settled.length
    run.settled += settled.length
    if (run.settled === places.length) {
      queue.runs.shift()
      freed += run.bytes
    }
    if (call.open === 0) call.done()
  }
  return freed
}
