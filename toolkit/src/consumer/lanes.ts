// One partition's records in hand: a lane a key, in order inside a lane, lanes beside each other.
import { laneOf } from '../dead-letters/dead-letter.ts'
import type { ParkedKeys } from '../dead-letters/parked-keys.ts'
import type { LogRecord, TopicPartition } from '../log/log.ts'
import type { Ledger, Outcome } from './account.ts'
import type { Alone } from './alone.ts'
import { FIRST_RUN, type HandleRecord, type Run } from './attempts.ts'
import { readMetadata, type Replay, writeMetadata } from './commit-metadata.ts'
import { Noting, type Start } from './noting.ts'
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
  /** Where the log ended when the partition was assigned, where that was asked for. */
  readonly end?: bigint | undefined
  readonly alone: Alone
  /** Commits what `committable` says; false when the partition is not this member's any more. */
  readonly commit: () => Promise<boolean>
  readonly noted: (records: number, isAlone: boolean) => void
  readonly pause: () => void
  readonly resume: () => void
  /** Where the group keeps an index of dead letters. */
  readonly parking?: LaneParking | undefined
}

export interface LaneParking {
  readonly keys: ParkedKeys
  /** Whether a dead letter parks its key. */
  readonly parks: boolean
  /** False when it was given up before the log had all of them. */
  park(records: readonly LogRecord[], behind: bigint, signal: AbortSignal): Promise<boolean>
}

/** Work of a lane beside its records: one step each turn, until it answers false. */
export type Errand = (signal: AbortSignal) => Promise<boolean>

interface Entry {
  readonly record: LogRecord
  readonly taken: Taken
  readonly offset: bigint
  start?: Start | undefined
}

interface Lane {
  readonly key: string
  /** Records that are not at work yet, in their order. */
  waiting: Entry[]
  errands: Errand[]
  running: Promise<void> | undefined
}

export class Lanes {
  readonly partition: TopicPartition
  readonly #options: LanesOptions
  readonly #progress: Progress
  readonly #noting: Noting<Entry>
  readonly #replay: Replay | undefined
  readonly #lanes = new Map<string, Lane>()
  readonly #ending = new AbortController()
  #inHand = 0
  #paused = false
  #closed = false
  #settled = false

  constructor(options: LanesOptions) {
    this.partition = options.partition
    this.#options = options
    const { offset, end, alone, commit, noted } = options
    const metadata = readMetadata(offset, options.metadata)
    this.#progress = new Progress(offset, metadata.done)
    this.#replay = metadata.replay
    this.#noting = new Noting({
      offset,
      metadata,
      end,
      alone,
      commit,
      noted,
      enter: (entry, start) => this.#enter(entry, start),
    })
  }

  /** What may be committed: all before the offset is done, the metadata tells of the rest. */
  get committable(): { readonly offset: bigint; readonly metadata: string } {
    const offset = this.#progress.next
    const owned = this.#settled
      ? { opened: 0, noted: this.#noting.suspected }
      : { opened: this.#noting.opened(offset), noted: this.#noting.noted }
    const done = this.#progress.beyond()
    return { offset, metadata: writeMetadata(offset, { done, ...owned, replay: this.#replay }) }
  }

  /** Aborts when nothing new is started here. */
  get signal(): AbortSignal {
    return this.#ending.signal
  }

  /** The keys that are at work, with the promise of their end. */
  get running(): [key: string, end: Promise<void>][] {
    return [...this.#lanes.values()].flatMap(({ key, running }) =>
      running === undefined ? [] : [[key, running] as [string, Promise<void>]],
    )
  }

  get parkedKeys(): ParkedKeys | undefined {
    return this.#options.parking?.keys
  }

  /** The errand is run in the key's lane, between its records; false when that is over. */
  errand(key: string, errand: Errand): boolean {
    if (this.#ending.signal.aborted) return false
    this.#fill(key, (lane) => lane.errands.push(errand))
    return true
  }

  push(records: readonly LogRecord[]): void {
    if (this.#ending.signal.aborted) return
    for (const record of records) {
      const taken = this.#progress.take(record.offset)
      if (taken === undefined) continue
      this.#inHand += 1
      this.#options.ledger.read()
      this.#noting.push({ record, taken, offset: record.offset })
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
    this.#noting.end()
    await Promise.all(this.running.map(([, end]) => end))
  }

  /** What is committed from now on is this owner's goodbye: no process ended at work. */
  settle(): void {
    this.#settled = true
  }

  /** The partition is not this member's any more: what is still at work counts for nothing. */
  close(): void {
    this.#ending.abort()
    this.#noting.end()
    this.#closed = true
    this.#options.ledger.givenUp(this.#inHand)
  }

  #enter(entry: Entry, start?: Start): void {
    entry.start = start
    this.#fill(laneOf(entry.record.key), (lane) => lane.waiting.push(entry))
  }

  #fill(key: string, fill: (lane: Lane) => void): void {
    const lane = this.#lanes.get(key)
    if (lane !== undefined) return fill(lane)
    const opened: Lane = { key, waiting: [], errands: [], running: undefined }
    fill(opened)
    this.#lanes.set(key, opened)
    this.#options.slots.run(() => this.#work(opened))
  }

  async #work(lane: Lane): Promise<void> {
    lane.running = this.#runLane(lane)
    await lane.running
    lane.running = undefined
    const isBusy = lane.waiting.length > 0 || lane.errands.length > 0
    if (isBusy && !this.#ending.signal.aborted) this.#options.slots.run(() => this.#work(lane))
    else this.#lanes.delete(lane.key)
  }

  async #runLane(lane: Lane): Promise<void> {
    const { handle, slots, earlier, parking } = this.#options
    const { signal } = this.#ending
    const old = earlier(lane.key)
    if (old !== undefined) await old
    const [errand] = lane.errands
    if (errand !== undefined && !signal.aborted && !(await errand(signal))) lane.errands.shift()
    const entries = lane.waiting.splice(0, RECORDS_PER_SLOT)
    for (const [at, entry] of entries.entries()) {
      const { record } = entry
      const behind = parking?.keys.behind(lane.key, record.offset)
      if (behind !== undefined) return this.#park(entries.slice(at), behind)
      // What is given up is not done: the partition's next owner handles it.
      const outcome = signal.aborted ? undefined : await handle(record, signal, this.#runOf(entry))
      if (outcome === undefined || this.#closed) return
      if (outcome === 'deadLettered' && parking)
        parking.keys.add({ key: record.key, offset: record.offset, parks: parking.parks })
      this.#ended(entry, outcome)
      const pause = slots.breathe()
      if (pause) await pause
    }
  }

  #runOf({ offset, start }: Entry): Run {
    const replay = this.#replay
    if (replay === undefined || offset >= replay.until) {
      return start === undefined ? FIRST_RUN : { ...FIRST_RUN, start }
    }
    return { ...FIRST_RUN, isReplay: true, inbox: replay.inbox, start }
  }

  async #park(entries: readonly Entry[], behind: bigint): Promise<void> {
    const { parking } = this.#options
    const { signal } = this.#ending
    const records = entries.map((entry) => entry.record)
    const isParked = !signal.aborted && (await parking?.park(records, behind, signal))
    if (!isParked || this.#closed) return
    for (const entry of entries) this.#ended(entry, 'parked')
  }

  #ended({ taken }: Entry, outcome: Outcome): void {
    this.#options.ledger.ended(outcome)
    this.#progress.done(taken)
    this.#noting.done(taken.offset)
    this.#left()
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
