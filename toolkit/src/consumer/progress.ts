// How far a partition is: the prefix that is done, and what is done beyond it.

import { SPAN_MAX } from './commit-metadata.ts'

/** An offset in hand. */
export interface Taken {
  readonly offset: bigint
  isDone: boolean
}

/** A prefix of this many entries is cut off at once, so that the list does not grow for ever. */
const CUT_ENTRIES = 1_024

/**
 * Offsets are taken in their order and done in any. Everything before `next` is done; what is done
 * beyond it can travel in the commit's metadata, so that a restart handles almost nothing twice.
 */
export class Progress {
  /** Entries before `#first` are done; those from there on are in their order, with gaps. */
  #taken: Taken[] = []
  #first = 0
  /** The offset after the last that was taken. */
  #end: bigint
  readonly #doneBefore: Set<bigint>

  /** `done` is what the partition's last commit said of the offsets beyond it. */
  constructor(offset: bigint, done: readonly bigint[]) {
    this.#end = offset
    this.#doneBefore = new Set(done)
  }

  /** The next offset to commit: everything before it is done. */
  get next(): bigint {
    return this.#taken[this.#first]?.offset ?? this.#end
  }

  /** Whether no more may be taken until the prefix has moved: the metadata would not hold it. */
  get isFull(): boolean {
    return this.#end - this.next > BigInt(SPAN_MAX)
  }

  /** Undefined when the offset was done before the partition was assigned. */
  take(offset: bigint): Taken | undefined {
    const isDone = this.#doneBefore.size > 0 && this.#doneBefore.delete(offset)
    const taken = { offset, isDone }
    this.#taken.push(taken)
    this.#end = offset + 1n
    if (!isDone) return taken
    this.#advance()
    return undefined
  }

  done(taken: Taken): void {
    taken.isDone = true
    this.#advance()
  }

  /** What is done beyond `next`. */
  beyond(): bigint[] {
    const done = this.#taken.slice(this.#first).filter((taken) => taken.isDone)
    return [...done.map((taken) => taken.offset), ...this.#doneBefore]
  }

  #advance(): void {
    while (this.#taken[this.#first]?.isDone) this.#first += 1
    if (this.#first < CUT_ENTRIES) return
    this.#taken = this.#taken.slice(this.#first)
    this.#first = 0
  }
}
