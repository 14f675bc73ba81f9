// Sends the partitions' queues to their leaders: one unacknowledged batch a partition, so that a
// retry can never put an older batch behind a newer one.
import { sleep } from '../clock.ts'
import { LogRefusedError, PublishError, RecordTooLargeError, TopicMissingError } from '../errors.ts'
import { BatchEncoder, stampBatch } from './batch-encode.ts'
import type { Cluster } from './cluster.ts'
import type { Connections } from './connections.ts'
import { ANY_BROKER } from './connections.ts'
import { asError, brokerError, CODE, isRetriable, retryDelayMs } from './faults.ts'
import type { Batch, PartitionQueue } from './partition-queue.ts'
import { acknowledge, cutBatch, deadlineOf, refuse } from './partition-queue.ts'
import { placeOf } from '../log/place.ts'
import type { ProduceAnswer, Verdict } from './produce-answer.ts'
import { answersByPlace, verdictOf, wroteNothing } from './produce-answer.ts'
import { newProducerId, nextStamp, NO_PRODUCER, renewedStamp } from './producer-id.ts'
import type { ProducePart } from './wire.ts'
import { produce } from './wire.ts'

const REQUEST_BYTES_MAX = 8_388_608
const REQUEST_TIMEOUT_MS = 10_000
/** How long the leader waits for its replicas before it answers that they are slow. */
const ACKNOWLEDGE_MS = 8000
const REFRESH_TIMEOUT_MS = 3000
const LEFT_MS_MIN = 100
/** A broker that has just come back may not have heard of a new topic yet. */
const DENIALS_MAX = 5

export class Producer {
  readonly #cluster: Cluster
  readonly #connections: Connections
  readonly #freed: (bytes: number) => void
  readonly #encoder = new BatchEncoder()
  readonly #ready = new Set<PartitionQueue>()
  // A broker answers one connection's requests one after the other, so a second one in flight would
  // only wait there, with fewer partitions in each.
  readonly #flying = new Set<number>()
  #producerId: bigint | undefined
  #woken = false
  #unwatch = () => {}

  /** `freed` hears of bytes that wait no longer. */
  constructor(cluster: Cluster, freed: (bytes: number) => void) {
    this.#cluster = cluster
    this.#connections = cluster.connections()
    this.#freed = freed
  }

  /** Sends what the queue holds, at the end of this turn of the event loop or after its batch. */
  push(queue: PartitionQueue): void {
    if (queue.batch !== null) return
    this.#ready.add(queue)
    this.#wake()
  }

  close(): Promise<void> {
    this.#unwatch()
    return this.#connections.close()
  }

  #wake(): void {
    if (this.#woken) return
    this.#woken = true
    setImmediate(() => {
      this.#woken = false
      this.#pump()
    })
  }

  /** One request for each leader that has room for one, over all its partitions that are ready. */
  #pump(): void {
    const requests = new Map<number, { queues: PartitionQueue[]; bytes: number }>()
    for (const queue of this.#ready) {
      if (this.#isExpired(queue)) {
        this.#ready.delete(queue)
        this.#refuse(queue)
        continue
      }
      const leader = this.#cluster.leaderOf(queue.topic, queue.partition)
      if (leader !== undefined && this.#flying.has(leader)) continue
      const request = requests.get(leader ?? ANY_BROKER) ?? { queues: [], bytes: 0 }
      if (request.bytes >= REQUEST_BYTES_MAX) continue
      this.#ready.delete(queue)
      if (leader === undefined) {
        this.#note(queue, brokerError(CODE.LEADER_NOT_AVAILABLE), false)
        void this.#rest([queue])
      } else {
        request.queues.push(queue)
        request.bytes += this.#batchOf(queue).encoded.length
        requests.set(leader, request)
      }
    }
    for (const [leader, { queues }] of requests) void this.#send(leader, queues)
    this.#watch()
  }

  /** What waits for a leader that does not answer is refused in time all the same. */
  #watch(): void {
    this.#unwatch()
    const { clock } = this.#cluster
    const deadlines = [...this.#ready].flatMap((queue) => deadlineOf(queue) ?? [])
    if (deadlines.length === 0) return
    this.#unwatch = clock.after(Math.min(...deadlines) - clock.nowMs(), () => this.#wake())
  }

  async #send(leader: number, queues: PartitionQueue[]): Promise<void> {
    this.#flying.add(leader)
    const failed = await this.#attempt(leader, queues)
    this.#flying.delete(leader)
    this.#wake()
    if (failed.length > 0) await this.#rest(failed)
  }

  /** Returns the queues whose batch is worth another attempt. */
  async #attempt(leader: number, queues: PartitionQueue[]): Promise<PartitionQueue[]> {
    try {
      await this.#identify(queues)
      const batches = queues.map((queue) => this.#batchOf(queue))
      const leftMs = this.#leftMs(batches, REQUEST_TIMEOUT_MS)
      const parts = queues.map((queue) => this.#partOf(queue))
      const answer = await this.#connections.call(leader, leftMs, produce, ACKNOWLEDGE_MS, parts)
      const answers = answersByPlace(answer)
      return queues.filter((queue) => {
        const answered = answers.get(placeOf(queue))
        return answered === undefined || !this.#settle(queue, answered)
      })
    } catch (error) {
      for (const queue of queues) this.#note(queue, asError(error), true)
      if (isRetriable(error)) return queues
      for (const queue of queues) this.#refuse(queue)
      return []
    }
  }

  /** Reads a partition's answer; false when the batch is worth another attempt. */
  #settle(queue: PartitionQueue, { errorCode, baseOffset, errorMessage }: ProduceAnswer): boolean {
    const { count, bytes } = this.#batchOf(queue)
    const verdict = verdictOf(errorCode)
    if (verdict === 'written') {
      queue.stamp = nextStamp(queue.stamp, count)
      queue.batch = null
      this.#finish(queue, acknowledge(queue, count, baseOffset))
      return true
    }
    const error = brokerError(errorCode, errorMessage)
    const batch = this.#note(queue, error, !wroteNothing(errorCode))
    if (verdict === 'again') return false
    if (verdict === 'sequence broken' && !batch.uncertain) {
      this.#renew(queue)
      return false
    }
    if (verdict === 'too large' && count > 1) {
      queue.batchBytesMax = Math.ceil(bytes / 2)
      this.#finish(queue, 0)
      return true
    }
    this.#refuse(queue, verdict)
    return true
  }

  /** Lets the queues wait while the cluster sorts itself out. Never rejects. */
  async #rest(queues: PartitionQueue[]): Promise<void> {
    const { clock } = this.#cluster
    const batches = queues.map((queue) => this.#batchOf(queue))
    const leftMs = this.#leftMs(batches, REFRESH_TIMEOUT_MS)
    const attempts = Math.max(...batches.map((batch) => batch.attempts))
    const pause = sleep(clock, Math.min(leftMs, retryDelayMs(attempts)))
    const topics = [...new Set(queues.map((queue) => queue.topic))]
    try {
      await this.#cluster.refresh(topics, leftMs)
    } catch (error) {
      // Why the batch itself failed says more.
      for (const batch of batches) batch.error ??= asError(error)
    }
    await pause
    for (const queue of queues) {
      const batch = this.#batchOf(queue)
      batch.denials = this.#cluster.topic(queue.topic) ? 0 : batch.denials + 1
      if (batch.denials > DENIALS_MAX) this.#refuse(queue)
      else this.#ready.add(queue)
    }
    this.#wake()
  }

  /** Without a verdict nothing speaks against the batch but that its time is over. */
  #refuse(queue: PartitionQueue, verdict?: Verdict): void {
    const { topic, partition } = queue
    const { count, attempts, error: cause } = this.#batchOf(queue)
    const place = `Topic ${topic}, partition ${partition}`
    const detail = `${place}, ${count} records, ${attempts} attempts.`
    let error = new PublishError(detail, { cause })
    if (verdict === 'too large') error = new RecordTooLargeError(place)
    else if (verdict === 'refused') error = new LogRefusedError(detail, { cause })
    else if (this.#cluster.topic(topic) === undefined) error = new TopicMissingError([topic])
    this.#finish(queue, refuse(queue, count, error))
  }

  /** The queue is done with its batch. */
  #finish(queue: PartitionQueue, freedBytes: number): void {
    if (queue.batch?.uncertain) this.#renew(queue)
    queue.batch = null
    this.#freed(freedBytes)
    if (queue.runs.length > 0) this.push(queue)
  }

  #note(queue: PartitionQueue, error: Error, uncertain: boolean): Batch {
    const batch = this.#batchOf(queue)
    batch.attempts += 1
    batch.error = error
    batch.uncertain ||= uncertain
    return batch
  }

  #batchOf(queue: PartitionQueue): Batch {
    queue.batch ??= cutBatch(queue, this.#encoder, this.#cluster.clock.nowMs())
    return queue.batch
  }

  #partOf(queue: PartitionQueue): ProducePart {
    const { topic, partition } = queue
    const { encoded } = this.#batchOf(queue)
    stampBatch(encoded, queue.stamp)
    return { topic, partition, batch: encoded }
  }

  /** How long a request may take so that none of the batches outlives its deadline by much. */
  #leftMs(batches: readonly Batch[], timeoutMs: number): number {
    const deadlineMs = Math.min(...batches.map((batch) => batch.deadlineMs))
    return Math.max(LEFT_MS_MIN, Math.min(timeoutMs, deadlineMs - this.#cluster.clock.nowMs()))
  }

  #isExpired(queue: PartitionQueue): boolean {
    return this.#cluster.clock.nowMs() >= (deadlineOf(queue) ?? Infinity)
  }

  #renew(queue: PartitionQueue): void {
    queue.stamp = renewedStamp(queue.stamp)
    if (queue.stamp === NO_PRODUCER) this.#producerId = undefined
  }

  /** The partitions share a producer id; first requests at the same time may each bring one. */
  async #identify(queues: readonly PartitionQueue[]): Promise<void> {
    for (const queue of queues) {
      if (queue.stamp !== NO_PRODUCER) continue
      const leftMs = this.#leftMs([this.#batchOf(queue)], REQUEST_TIMEOUT_MS)
      this.#producerId ??= await newProducerId(this.#cluster, leftMs)
      queue.stamp = { ...NO_PRODUCER, producerId: this.#producerId }
    }
  }
}
