// The open streams of this process, by person.
import type { EventStream } from './stream.ts'

export class Registry {
  readonly #leaves = new Map<EventStream, () => Promise<void>>()
  readonly #byPerson = new Map<number, Set<EventStream>>()

  get size(): number {
    return this.#leaves.size
  }

  has(stream: EventStream): boolean {
    return this.#leaves.has(stream)
  }

  add(stream: EventStream): void {
    this.#leaves.set(stream, async () => {})
    this.#byPerson.set(stream.userId, new Set(this.of(stream.userId)).add(stream))
  }

  /** What to do when the stream is taken away; false when it is away already. */
  onDelete(stream: EventStream, leave: () => Promise<void>): boolean {
    if (!this.#leaves.has(stream)) return false
    this.#leaves.set(stream, leave)
    return true
  }

  /** Answers what was to be done then, or undefined for a stream that is away already. */
  delete(stream: EventStream): (() => Promise<void>) | undefined {
    const leave = this.#leaves.get(stream)
    this.#leaves.delete(stream)
    const others = this.#byPerson.get(stream.userId)
    others?.delete(stream)
    if (others?.size === 0) this.#byPerson.delete(stream.userId)
    return leave
  }

  all(): EventStream[] {
    return [...this.#leaves.keys()]
  }

  of(userId: number): EventStream[] {
    return [...(this.#byPerson.get(userId) ?? [])]
  }

  people(): number[] {
    return [...this.#byPerson.keys()]
  }
}
