// After an unclean end, the first records of a partition start only once that is on record.
import type { Alone } from './alone.ts'
import { type CommitMetadata, NOTED_MAX, type Noted } from './commit-metadata.ts'

/** A record that was started this often in a row and never came back is not started again. */
export const STARTS_MAX = 3
/** What an unclean end counts for each record that may have been at work then. */
const STARTS_PRESUMED = 1
/** Records that may be at work with a note; those that fit are noted with one commit. */
const NOTED_AT_ONCE_MAX = 16
/**
 * Offsets from the committed one on that may have been at work at an unclean end. Four times as
 * many for each further one in a row: then the last commit was too far behind.
 */
const OFFSETS_NOTED_MIN = 4_096
const OFFSETS_NOTED_MAX = 65_536

/** How one record is started while starts are noted. */
export interface Start {
  /** Earlier starts in a row from which the record did not come back. */
  readonly starts: number
  /** Runs its first attempt; false when that could not be noted, so that nothing was run. */
  around(attempt: () => Promise<void>): Promise<boolean>
}

export interface NotingOptions<Entry> {
  readonly offset: bigint
  /** What the partition's last commit carried. */
  readonly metadata: CommitMetadata
  /** Where the log ended at the assignment: nothing behind it can have been started. */
  readonly end?: bigint | undefined
  readonly alone: Alone
  /** Commits what `noted` says now; false when the partition is not this member's any more. */
  readonly commit: () => Promise<boolean>
  readonly enter: (entry: Entry, start?: Start) => void
  /** Told of each note that is on record. */
  readonly noted: (records: number, isAlone: boolean) => void
}

/**
 * Holds a partition's records back and lets a few in at a time, noted before. A record that was
 * noted and had not come back when the process ended is suspected: it runs alone.
 */
export class Noting<Entry extends { readonly offset: bigint }> {
  readonly #options: NotingOptions<Entry>
  /** Started by an earlier owner and not since. */
  readonly #suspects: Map<bigint, number>
  readonly #started = new Map<bigint, number>()
  /** Offsets before it are noted before they start. */
  readonly #notedTo: bigint
  /** Offsets before it are let in one batch after the other. */
  readonly #heldTo: bigint
  #held: Entry[] = []
  #pumping = false
  /** Let in with a note, and not back yet from the first attempt. */
  readonly #inside = new Set<bigint>()
  #changed = () => {}
  #ended = false

  constructor(options: NotingOptions<Entry>) {
    const { offset, metadata } = options
    this.#options = options
    const isOpen = ({ offset: one }: Noted) => one >= offset && !metadata.done.includes(one)
    const suspects = metadata.noted.filter(isOpen)
    this.#suspects = new Map(suspects.map((one) => [one.offset, one.starts]))
    const atWork = offset + offsetsNoted(metadata.opened)
    this.#notedTo = options.end !== undefined && options.end < atWork ? options.end : atWork
    this.#heldTo = suspects.reduce(
      (to, one) => (one.offset < to ? to : one.offset + 1n),
      this.#notedTo,
    )
  }

  /** What a commit has to carry while the partition is owned; at most `NOTED_MAX`. */
  get noted(): Noted[] {
    const all = [...this.#started, ...this.#suspects]
    return all.slice(0, NOTED_MAX).map(([offset, starts]) => ({ offset, starts }))
  }

  /** What the last commit of a clean end carries: only what is suspected and was not run. */
  get suspected(): Noted[] {
    return [...this.#suspects].map(([offset, starts]) => ({ offset, starts }))
  }

  /**
   * Unclean ends in a row as the next owner should count them, with this one. Once this owner has
   * come well past what may have been at work, the earlier ones are history.
   */
  opened(next: bigint): number {
    const isPast = this.isOver && next >= this.#notedTo + BigInt(OFFSETS_NOTED_MIN)
    return isPast ? 1 : this.#options.metadata.opened + 1
  }

  /** Whether records go in as they come. */
  get isOver(): boolean {
    return this.#held.length === 0 && !this.#pumping
  }

  /** `entry` comes in the order of offsets. */
  push(entry: Entry): void {
    if (this.isOver && entry.offset >= this.#heldTo) return this.#options.enter(entry)
    this.#held.push(entry)
    if (!this.#pumping) void this.#pump()
  }

  /** The record is done, whether or not it was started. */
  done(offset: bigint): void {
    if (this.#suspects.size > 0) this.#suspects.delete(offset)
    if (this.#inside.size > 0) this.#cameBack(offset)
  }

  /** Lets nothing in any more. */
  end(): void {
    this.#ended = true
    this.#changed()
  }

  async #pump(): Promise<void> {
    this.#pumping = true
    while (this.#held.length > 0 && !this.#ended) await this.#next()
    this.#pumping = false
  }

  async #next(): Promise<void> {
    const { enter, commit } = this.#options
    const [first] = this.#held
    if (first === undefined) return
    const starts = this.#suspects.get(first.offset)
    if (starts !== undefined) {
      this.#letIn(this.#held.splice(0, 1), this.#startAlone(starts))
      return this.#waitWhile(() => this.#inside.has(first.offset))
    }
    if (first.offset >= this.#notedTo) return enter(...(this.#held.splice(0, 1) as [Entry]))
    await this.#waitWhile(() => this.#inside.size >= NOTED_AT_ONCE_MAX)
    const batch = this.#takeOrdinary(NOTED_AT_ONCE_MAX - this.#inside.size)
    for (const { offset } of batch) this.#started.set(offset, STARTS_PRESUMED + 1)
    if (!(await commit()) || this.#ended) return
    this.#options.noted(batch.length, false)
    this.#letIn(batch, this.#startBeside())
  }

  /** The next records that are noted and not suspected. */
  #takeOrdinary(countMax: number): Entry[] {
    const next = this.#held.slice(0, countMax)
    const isOther = ({ offset }: Entry) => offset >= this.#notedTo || this.#suspects.has(offset)
    const other = next.findIndex(isOther)
    return this.#held.splice(0, other === -1 ? next.length : other)
  }

  #letIn(entries: readonly Entry[], startOf: (offset: bigint) => Start): void {
    for (const { offset } of entries) this.#inside.add(offset)
    for (const entry of entries) this.#options.enter(entry, startOf(entry.offset))
  }

  async #waitWhile(isSo: () => boolean): Promise<void> {
    while (isSo() && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve
      })
    }
  }

  #startBeside(): (offset: bigint) => Start {
    return (offset) => ({
      starts: STARTS_PRESUMED,
      around: async (attempt) => {
        await beside(this.#options.alone, attempt).finally(() => this.#cameBack(offset))
        return true
      },
    })
  }

  #startAlone(starts: number): (offset: bigint) => Start {
    const { alone, commit } = this.#options
    return (offset) => ({
      starts,
      around: (attempt) =>
        alone.run(async () => {
          this.#suspects.delete(offset)
          this.#started.set(offset, starts + 1)
          if (!(await commit())) {
            this.#started.delete(offset)
            this.#suspects.set(offset, starts)
            return false
          }
          this.#options.noted(1, true)
          try {
            await attempt()
          } finally {
            this.#started.delete(offset)
            // Nothing else runs before it is on record that this one came back.
            await commit()
            this.#cameBack(offset)
          }
          return true
        }),
    })
  }

  #cameBack(offset: bigint): void {
    this.#started.delete(offset)
    if (this.#inside.delete(offset)) this.#changed()
  }
}

/** Runs an ordinary attempt: not while a suspected record is alone. */
export async function beside<Result>(
  alone: Alone,
  attempt: () => Promise<Result>,
): Promise<Result> {
  for (let turn = alone.enter(); turn !== undefined; turn = alone.enter()) await turn
  try {
    return await attempt()
  } finally {
    alone.leave()
  }
}

function offsetsNoted(opened: number): bigint {
  if (opened === 0) return 0n
  return BigInt(Math.min(OFFSETS_NOTED_MIN * 4 ** (opened - 1), OFFSETS_NOTED_MAX))
}
