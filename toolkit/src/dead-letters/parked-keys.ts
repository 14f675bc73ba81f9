// The keys of one partition whose events wait: in memory, so that asking costs nothing a record.
import { type DeadLetter, laneOf } from './dead-letter.ts'

export class ParkedKeys {
  /** Under which name this member claimed the partition. */
  readonly owner: string
  /** The offsets of the dead letters that park a lane. */
  readonly #heads = new Map<string, Set<bigint>>()

  constructor(owner: string, letters: readonly DeadLetter[]) {
    this.owner = owner
    for (const letter of letters) this.add(letter)
  }

  /** The offset of the event that this one waits behind, undefined when it need not wait. */
  behind(lane: string, offset: bigint): bigint | undefined {
    const heads = this.#heads.get(lane)
    if (heads === undefined) return undefined
    for (const head of heads) if (head <= offset) return head
    return undefined
  }

  add({ key, offset, parks }: Pick<DeadLetter, 'key' | 'offset' | 'parks'>): void {
    if (!parks) return
    const lane = laneOf(key)
    this.#heads.set(lane, (this.#heads.get(lane) ?? new Set()).add(offset))
  }

  /** The dead letter has ended; its key is free unless another one parks it as well. */
  remove({ key, offset }: Pick<DeadLetter, 'key' | 'offset'>): void {
    const lane = laneOf(key)
    const heads = this.#heads.get(lane)
    heads?.delete(offset)
    if (heads?.size === 0) this.#heads.delete(lane)
  }
}
