// How far a partition is: the prefix that is done, and what is done beyond it.

/** At most this many offsets lie between the first that is not done and the last that was taken. */
export const SPAN_MAX = 16_384

/** Written before the offsets in a commit's metadata, so that a reader knows the form. */
const FORM = 'b1:'

/**
 * Offsets are taken in their order and done in any. Everything before `next` is done; what is done
 * beyond it can travel in the commit's metadata, so that a restart handles almost nothing twice.
 */
export class Progress {
  #next: bigint
  /** From `next` on, in their order; false while at work. Offsets may leave gaps. */
  readonly #taken = new Map<bigint, boolean>()
  readonly #doneBefore: Set<bigint>
  #last: bigint

  /** `metadata` is what the partition's last commit carried, or ''. */
  constructor(offset: bigint, metadata: string) {
    this.#next = offset
    this.#last = offset - 1n
    this.#doneBefore = new Set(readMetadata(offset, metadata))
  }

  /** The next offset to commit: everything before it is done. */
  get next(): bigint {
    return this.#next
  }

  /** Whether no more may be taken until the prefix has moved: the metadata would not hold it. */
  get isFull(): boolean {
    return this.#last - this.#next >= BigInt(SPAN_MAX)
  }

  /** False when the offset was done before the partition was assigned. */
  take(offset: bigint): boolean {
    this.#last = offset
    const doneBefore = this.#doneBefore.delete(offset)
    this.#taken.set(offset, doneBefore)
    if (doneBefore) this.#advance()
    return !doneBefore
  }

  done(offset: bigint): void {
    this.#taken.set(offset, true)
    this.#advance()
  }

  /** What is done beyond `next`, as text of 3 KiB at most; '' when there is nothing. */
  metadata(): string {
    const beyond: bigint[] = []
    for (const [offset, isDone] of this.#taken) if (isDone) beyond.push(offset)
    beyond.push(...this.#doneBefore)
    return writeMetadata(this.#next, beyond)
  }

  #advance(): void {
    for (const [offset, isDone] of this.#taken) {
      if (!isDone) {
        this.#next = offset
        return
      }
      this.#taken.delete(offset)
      this.#next = offset + 1n
    }
  }
}

/** A bit for each offset after `base`, which itself is never done. */
export function writeMetadata(base: bigint, offsets: readonly bigint[]): string {
  const places = offsets.map((offset) => Number(offset - base)).filter(isPlace)
  if (places.length === 0) return ''
  const bits = new Uint8Array((Math.max(...places) >> 3) + 1)
  for (const place of places) bits[place >> 3] = (bits[place >> 3] ?? 0) | (1 << (place & 7))
  return `${FORM}${Buffer.from(bits).toString('base64')}`
}

/** Metadata of another form, or of nobody's, says nothing: then all is handled again. */
export function readMetadata(base: bigint, metadata: string): bigint[] {
  if (!metadata.startsWith(FORM)) return []
  const bits = Buffer.from(metadata.slice(FORM.length), 'base64')
  const offsets: bigint[] = []
  for (let place = 0; place < bits.length * 8; place += 1) {
    if ((bits[place >> 3] ?? 0) & (1 << (place & 7))) offsets.push(base + BigInt(place))
  }
  return offsets
}

const isPlace = (place: number): boolean => place > 0 && place <= SPAN_MAX
