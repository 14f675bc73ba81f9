// Group commit: what arrives in one turn of the loop is written and made durable together.
import { sleep } from '../clock.ts'
import { LogRefusedError, PublishError, TopicMissingError } from '../errors.ts'
import type { AppendResult, NewRecord, TopicPartition } from '../log/log.ts'
import type { AppendCall } from './append-call.ts'
import { openAppendCall } from './append-call.ts'
import type { Broker } from './broker.ts'
import { placeOf } from '../log/place.ts'
import { partitionChooser } from './choice.ts'
import type { GroupCommit, PlacedRecord } from './storage.ts'

/** Bounds of one transaction, after which the loop gets its turn. */
export const WRITE_RECORDS_MAX = 2000
const WRITE_BYTES_MAX = 2_097_152
/** Who appends beyond this before the loop turns writes what waits at once, in its own call. */
export const QUEUE_BYTES_MAX = 67_108_864

interface WaitingRecord {
  readonly call: AppendCall
  readonly at: number
  readonly place: string
  readonly record: PlacedRecord
  readonly bytes: number
}

interface WaitingCommits {
  readonly commits: readonly GroupCommit[]
  resolve(): void
  reject(error: Error): void
}

export class Writer {
  readonly #broker: Broker
  readonly #written: (partitions: Iterable<TopicPartition>) => void
  readonly #choose: ReturnType<typeof partitionChooser>
  readonly #records: WaitingRecord[] = []
  readonly #commits: WaitingCommits[] = []
  #queuedBytes = 0
  #scheduled = false

  /** `written` hears of new records; what it starts must wait for a turn of its own. */
  constructor(broker: Broker, written: (partitions: Iterable<TopicPartition>) => void) {
    this.#broker = broker
    this.#written = written
    this.#choose = partitionChooser(broker.topics)
  }

  /** As `EventLog.append` promises. */
  append(records: readonly NewRecord[]): Promise<AppendResult[]> {
    const call = openAppendCall(records.length)
    const nowMs = this.#broker.clock.nowMs()
    for (const [at, record] of records.entries()) this.#enqueue(call, record, at, nowMs)
    while (this.#queuedBytes > QUEUE_BYTES_MAX) this.#flush()
    if (this.#records.length > 0) this.#schedule()
    return call.done
  }

  /** Resolves when these commits, and all made before them, are durable. */
  commit(commits: readonly GroupCommit[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#commits.push({ commits, resolve, reject })
      this.#schedule()
    })
  }

  /** Resolves when nothing waits to be written. */
  async drain(): Promise<void> {
    while (this.#records.length + this.#commits.length > 0) await sleep(this.#broker.clock, 0)
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.#broker.clock.after(0, () => {
      this.#scheduled = false
      this.#flush()
      if (this.#records.length > 0) this.#schedule()
    })
  }

  #enqueue(call: AppendCall, record: NewRecord, at: number, nowMs: number): void {
    const { topic, key, value, headers, timestampMs = nowMs } = record
    const { partition, bytes, refusal } = this.#choose(record)
    const place = placeOf({ topic, partition })
    const error = refusal ?? call.behind(at, place)
    if (error) {
      call.refuse(at, place, error)
      return
    }
    const placed = { topic, partition, timestampMs, key, value, headers }
    this.#records.push({ call, at, place, bytes, record: placed })
    this.#queuedBytes += bytes
  }

  #flush(): void {
    const batch = this.#takeBatch()
    const waitingCommits = this.#commits.splice(0)
    const records = batch.map((waiting) => waiting.record)
    const commits = waitingCommits.flatMap((waiting) => waiting.commits)
    let offsets: bigint[] = []
    try {
      if (records.length + commits.length > 0) {
        offsets = this.#broker.storage.write(records, commits)
      }
    } catch (cause) {
      const refusal = new PublishError('The storage failed.', { cause })
      for (const { call, at, place } of batch) call.refuse(at, place, refusal)
      const rejection = new LogRefusedError('The storage failed.', { cause })
      for (const waiting of waitingCommits) waiting.reject(rejection)
      return
    }
    for (const [index, offset] of offsets.entries()) {
      const waiting = batch[index]
      waiting?.call.acknowledge(waiting.at, waiting.record.partition, offset)
    }
    for (const waiting of waitingCommits) waiting.resolve()
    this.#written(new Map(batch.map(({ place, record }) => [place, record])).values())
  }

  /** The next records that fit one transaction. */
  #takeBatch(): WaitingRecord[] {
    const batch: WaitingRecord[] = []
    let batchBytes = 0
    let taken = 0
    for (const waiting of this.#records) {
      const { call, at, place, bytes } = waiting
      if (batch.length === WRITE_RECORDS_MAX) break
      if (batch.length > 0 && batchBytes + bytes > WRITE_BYTES_MAX) break
      taken += 1
      this.#queuedBytes -= bytes
      const error = this.#refusalOf(waiting)
      if (error) {
        call.refuse(at, place, error)
      } else {
        batch.push(waiting)
        batchBytes += bytes
      }
    }
    this.#records.splice(0, taken)
    return batch
  }

  /** Why a record that was queued cannot be written any more. */
  #refusalOf({ call, at, place, record }: WaitingRecord): Error | undefined {
    const partitions = this.#broker.topics.get(record.topic)?.partitions ?? 0
    if (record.partition >= partitions) return new TopicMissingError([record.topic])
    return call.behind(at, place)
  }
}
