// One partition's records in hand: a lane a key, in order inside a lane, lanes beside each other.
import { bufferOf } from '../envelope/text.ts'
import type { LogRecord, TopicPartition } from '../log/log.ts'
import type { Ledger } from './account.ts'
import type { HandleRecord } from './attempts.ts'
import { NO_METADATA, readMetadata, writeMetadata } from './commit-metadata.ts'
import { Progress, type Taken } from './progress.ts'
import type { Slots } from './slots.ts'

/** At this many records in hand a partition is paused; at half of it, it goes on. */
const RECORDS_IN_HAND_MAX = 1_000
/** A lane with more to do gives its slot to the next one after this many records. */
const RECORDS_PER_SLOT = 32

export interface LanesOptions {
  readonly partition: TopicPartition
  readonly offset: bigint
  /** What the partition's last commit carried. */
  readonly metadata: string
  readonly handle: HandleRecord
  readonly slots: Slots
  readonly ledger: Ledger
  /** What still runs for a key from before the partition was assigned again; it is waited for. */
  readonly earlier: (key: string) => Promise<void> | undefined
  readonly pause: () => void
  readonly resume: () => void
}

interface Entry {
  readonly record: LogRecord
  readonly taken: Taken
}

interface Lane {
  readonly key: string
  /** Records that are not at work yet, in their order. */
  waiting: Entry[]
  running: Promise<void> | undefined
}

export class Lanes {
  readonly partition: TopicPartition
  readonly #options: LanesOptions
  readonly #progress: Progress
  readonly #lanes = new Map<string, Lane>()
  readonly #ending = new AbortController()
  #inHand = 0
  #paused = false
  #closed = false

  constructor(options: LanesOptions) {
    this.partition = options.partition
    this.#options = options
    const { done } = readMetadata(options.offset, options.metadata)
    this.#progress = new Progress(options.offset, done)
  }

  /** What may be committed: all before the offset is done, the metadata tells of the rest. */
  get committable(): { readonly offset: bigint; readonly metadata: string } {
    const offset = this.#progress.next
    const done = this.#progress.beyond()
    return { offset, metadata: writeMetadata(offset, { ...NO_METADATA, done }) }
  }

  /** The keys that are at work, with the promise of their end. */
  get running(): [key: string, end: Promise<void>][] {
    return [...this.#lanes.values()].flatMap(({ key, running }) =>
      running === undefined ? [] : [[key, running] as [string, Promise<void>]],
    )
  }

  push(records: readonly LogRecord[]): void {
    if (this.#ending.signal.aborted) return
    for (const record of records) {
      const taken = this.#progress.take(record.offset)
      if (taken !== undefined) this.#enter({ record, taken })
    }
    const isFull = this.#inHand >= RECORDS_IN_HAND_MAX || this.#progress.isFull
    if (isFull && !this.#paused) {
      this.#paused = true
      this.#options.pause()
    }
  }

  /** Finishes the records at work and gives the others up. */
  async drain(): Promise<void> {
    this.#ending.abort()
    await Promise.all(this.running.map(([, end]) => end))
  }

  /** The partition is not this member's any more: what is still at work counts for nothing. */
  close(): void {
    this.#ending.abort()
    this.#closed = true
    this.#options.ledger.givenUp(this.#inHand)
  }

  #enter(entry: Entry): void {
    const key = keyOf(entry.record)
    this.#inHand += 1
    this.#options.ledger.read()
    const lane = this.#lanes.get(key)
    if (lane !== undefined) {
      lane.waiting.push(entry)
      return
    }
    const opened: Lane = { key, waiting: [entry], running: undefined }
    this.#lanes.set(key, opened)
    this.#options.slots.run(() => this.#work(opened))
  }

  async #work(lane: Lane): Promise<void> {
    lane.running = this.#runLane(lane)
    await lane.running
    lane.running = undefined
    if (lane.waiting.length > 0 && !this.#ending.signal.aborted)
      this.#options.slots.run(() => this.#work(lane))
    else this.#lanes.delete(lane.key)
  }

  async #runLane(lane: Lane): Promise<void> {
    const { handle, slots, earlier } = this.#options
    const { signal } = this.#ending
    const old = earlier(lane.key)
    if (old !== undefined) await old
    const entries = lane.waiting.splice(0, RECORDS_PER_SLOT)
    for (const { record, taken } of entries) {
      // What is given up is not done: the partition's next owner handles it.
      const outcome = signal.aborted ? undefined : await handle(record, signal)
      if (outcome === undefined || this.#closed) return
      this.#options.ledger.ended(outcome)
      this.#progress.done(taken)
      this.#left()
      const pause = slots.breathe()
      if (pause) await pause
    }
  }

  #left(): void {
    this.#inHand -= 1
    const hasRoom = this.#inHand <= RECORDS_IN_HAND_MAX / 2 && !this.#progress.isFull
    if (this.#paused && hasRoom) {
      this.#paused = false
      this.#options.resume()
    }
  }
}

/** The key's bytes as text; records without a key keep the order among themselves. */
function keyOf({ key }: LogRecord): string {
  if (key === null) return ''
  return `k${bufferOf(key).toString('latin1')}`
}
