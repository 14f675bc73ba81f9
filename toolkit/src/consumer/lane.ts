// One partition's records in hand: taken in order, one after another, with a bound and an end.
import type { LogRecord, TopicPartition } from '../log/log.ts'
import type { HandleRecord } from './attempts.ts'

/** At this many records in hand a partition is paused; at half of it, it goes on. */
const RECORDS_IN_HAND_MAX = 1_000

/** After this many records in a row the loop is given back, so that heartbeats are never late. */
const RECORDS_PER_TURN = 128

export interface LaneOptions {
  readonly partition: TopicPartition
  readonly offset: bigint
  readonly handle: HandleRecord
  readonly pause: () => void
  readonly resume: () => void
}

export class Lane {
  readonly partition: TopicPartition
  readonly #options: LaneOptions
  readonly #ending = new AbortController()
  #waiting: LogRecord[] = []
  #at = 0
  #paused = false
  #running: Promise<void> | undefined
  #done: bigint

  constructor(options: LaneOptions) {
    this.partition = options.partition
    this.#options = options
    this.#done = options.offset
  }

  /** The next offset to read: everything before it is done with. */
  get done(): bigint {
    return this.#done
  }

  get #inHand(): number {
    return this.#waiting.length - this.#at
  }

  push(records: readonly LogRecord[]): void {
    if (this.#ending.signal.aborted) return
    for (const record of records) this.#waiting.push(record)
    if (!this.#paused && this.#inHand >= RECORDS_IN_HAND_MAX) {
      this.#paused = true
      this.#options.pause()
    }
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
  }

  /** Finishes the record in hand and gives the others up. */
  async drain(): Promise<void> {
    this.#ending.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending
    for (let turn = 1; this.#inHand > 0 && !signal.aborted; turn += 1) {
      const record = this.#waiting[this.#at] as LogRecord
      if (!(await this.#options.handle(record, signal))) return
      this.#done = record.offset + 1n
      this.#at += 1
      this.#makeRoom()
      if (turn % RECORDS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  }

  #makeRoom(): void {
    if (this.#inHand === 0 || this.#at >= RECORDS_IN_HAND_MAX) {
      this.#waiting = this.#waiting.slice(this.#at)
      this.#at = 0
    }
    if (this.#paused && this.#inHand <= RECORDS_IN_HAND_MAX / 2) {
      this.#paused = false
      this.#options.resume()
    }
  }
}
