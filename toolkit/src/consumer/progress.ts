// How far a partition is: the prefix that is done, and what is done beyond it.

/** At most this many offsets lie between the first that is not done and the last that was taken. */
export const SPAN_MAX = 16_384

/** Written before the offsets in a commit's metadata, so that a reader knows the form. */
const FORM = 'b1:'

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

  /** `metadata` is what the partition's last commit carried, or ''. */
  constructor(offset: bigint, metadata: string) {
    this.#end = offset
    this.#doneBefore = new Set(readMetadata(offset, metadata))
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

  /** What is done beyond `next`, as text of 3 KiB at most; '' when there is nothing. */
  metadata(): string {
    const beyond = this.#taken.slice(this.#first).filter((taken) => taken.isDone)
    const offsets = [...beyond.map((taken) => taken.offset), ...this.#doneBefore]
    return writeMetadata(this.next, offsets)
  }

  #advance(): void {
    while (this.#taken[this.#first]?.isDone) this.#first += 1
    if (this.#first < CUT_ENTRIES) return
    this.#taken = this.#taken.slice(this.#first)
    this.#first = 0
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
