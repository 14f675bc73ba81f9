// The write side: admits one `append` after the other, queues its records by partition.
import {
  ClosedError,
  LogRefusedError,
  PublishError,
  RecordTooLargeError,
  TimeoutError,
  TopicMissingError,
} from '../errors.ts'
import type { AppendResult, NewRecord } from '../log/log.ts'
import { RECORD_BYTES_MAX } from '../log/log.ts'
import { partitionOf } from '../log/partition.ts'
import { recordBytes } from './batch-encode.ts'
import type { Cluster, Topic } from './cluster.ts'
import { asError, codeOf, isDenial, retrying } from './faults.ts'
import type { AppendCall, PartitionQueue } from './partition-queue.ts'
import { enqueue, isCollecting, partitionQueue, refusedBefore } from './partition-queue.ts'
import { Producer } from './produce.ts'

/** A topic's queues by partition, and the one where records without a key go for now. */
interface TopicQueues {
  readonly queues: PartitionQueue[]
  sticky: number
}

const DELIVERY_TIMEOUT_MS = 30_000
const HELD_BYTES_MAX = 33_554_432
const REFRESH_TIMEOUT_MS = 3000

export class Appender {
  readonly #cluster: Cluster
  readonly #producer: Producer
  readonly #topics = new Map<string, TopicQueues>()
  readonly #flying = new Set<Promise<unknown>>()
  #admission: Promise<void> = Promise.resolve()
  #heldBytes = 0
  #roomMade = () => {}
  #closed = false

  constructor(cluster: Cluster) {
    this.#cluster = cluster
    this.#producer = new Producer(cluster, (bytes) => {
      this.#heldBytes -= bytes
      if (this.#heldBytes <= HELD_BYTES_MAX) this.#roomMade()
    })
  }

  /** As the port promises it; ends within 30 s. */
  async append(records: readonly NewRecord[]): Promise<AppendResult[]> {
    if (this.#closed) throw new ClosedError('the log')
    if (records.length === 0) return []
    const { promise, resolve } = Promise.withResolvers<AppendResult[]>()
    const results = Array<AppendResult>(records.length)
    const deadlineMs = this.#cluster.clock.nowMs() + DELIVERY_TIMEOUT_MS
    const call = {
      results,
      deadlineMs,
      open: records.length,
      done: () => {
        resolve(results)
      },
    }
    this.#admission = this.#admission.then(() => this.#admit(call, records))
    this.#flying.add(promise)
    await promise
    this.#flying.delete(promise)
    return results
  }

  /** Waits for what is on its way. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.#flying)
    await this.#producer.close()
  }

  /** Waits for room and for topics seen for the first time. Never rejects. */
  async #admit(call: AppendCall, records: readonly NewRecord[]): Promise<void> {
    // All that is held was admitted before, so its deadlines, not another one, end this wait.
    while (this.#heldBytes > HELD_BYTES_MAX) {
      await new Promise<void>((resolve) => {
        this.#roomMade = resolve
      })
    }
    this.#place(call, records, await this.#learn(call, records))
  }

  /** Asks for topics that are not known; returns why they could not be learned. */
  async #learn(call: AppendCall, records: readonly NewRecord[]): Promise<Error | null> {
    const unknown = this.#unknownTopics(records)
    if (unknown.length === 0) return null
    const leftMs = () => call.deadlineMs - this.#cluster.clock.nowMs()
    const what = `Topics: ${unknown.join(', ')}.`
    try {
      await retrying(this.#cluster, what, leftMs(), () => {
        if (leftMs() <= 0) throw new TimeoutError('It waited for others before it.')
        return this.#cluster.refresh(unknown, Math.min(REFRESH_TIMEOUT_MS, leftMs()))
      })
      return null
    } catch (cause) {
      // A login that failed, or has lost a right, says nothing against the records; what else the
      // brokers answered does.
      const code = cause instanceof LogRefusedError ? codeOf(cause.cause) : undefined
      if (code !== undefined && !isDenial(code)) return asError(cause)
      return new PublishError('No metadata.', { cause })
    }
  }

  #unknownTopics(records: readonly NewRecord[]): string[] {
    const unknown = new Set<string>()
    for (const { topic, partition } of records) {
      const count = this.#cluster.topic(topic)?.leaders.length ?? 0
      if (count === 0 || (partition !== undefined && partition >= count)) unknown.add(topic)
    }
    return [...unknown]
  }

  #place(call: AppendCall, records: readonly NewRecord[], unknown: Error | null): void {
    const refusals = new Map<PartitionQueue, Error>()
    for (const [at, record] of records.entries()) {
      const topic = this.#cluster.topic(record.topic)
      const queue = topic && this.#queueFor(topic, record)
      const bytes = recordBytes(record)
      if (!topic) {
        refuseRecord(call, at, unknown ?? new TopicMissingError([record.topic]))
      } else if (!queue) {
        const detail = `No partition ${record.partition}: ${topic.name}.`
        refuseRecord(call, at, new LogRefusedError(detail))
      } else if (refusals.has(queue)) {
        refuseRecord(call, at, refusedBefore(refusals.get(queue)))
      } else {
        const refusal = refusalOf(record, bytes)
        if (refusal === null) {
          this.#heldBytes += bytes
          if (enqueue(queue, call, at, record, bytes)) this.#producer.push(queue)
        } else {
          refusals.set(queue, refusal)
          refuseRecord(call, at, refusal)
        }
      }
    }
  }

  #queueFor(topic: Topic, { key, partition }: NewRecord): PartitionQueue | undefined {
    const count = topic.leaders.length
    if (partition !== undefined) {
      const exists = Number.isInteger(partition) && partition >= 0 && partition < count
      return exists ? this.#queue(topic.name, partition) : undefined
    }
    if (key !== null) return this.#queue(topic.name, partitionOf(key, count))
    const sticky = this.#topicQueues(topic.name).sticky % count
    const queue = this.#queue(topic.name, sticky)
    if (isCollecting(queue)) return queue
    const next = (sticky + 1) % count
    this.#topicQueues(topic.name).sticky = next
    return this.#queue(topic.name, next)
  }

  #queue(topic: string, partition: number): PartitionQueue {
    const { queues } = this.#topicQueues(topic)
    return (queues[partition] ??= partitionQueue(topic, partition))
  }

  #topicQueues(topic: string): TopicQueues {
    let found = this.#topics.get(topic)
    if (!found) this.#topics.set(topic, (found = { queues: [], sticky: 0 }))
    return found
  }
}

function refusalOf({ timestampMs = 0 }: NewRecord, bytes: number): Error | null {
  if (bytes > RECORD_BYTES_MAX) {
    return new RecordTooLargeError(`It has ${bytes} bytes, at most ${RECORD_BYTES_MAX} go.`)
  }
  if (Number.isSafeInteger(timestampMs) && timestampMs >= 0) return null
  return new LogRefusedError(`${timestampMs} is no time in milliseconds.`)
}

function refuseRecord(call: AppendCall, at: number, error: Error): void {
  call.results[at] = { ok: false, error }
  call.open -= 1
  if (call.open === 0) call.done()
}
