// Time that moves only when a test says so: what the embedded log runs on in its tests.
import type { Clock } from '../clock.ts'

interface Timer {
  readonly atMs: number
  readonly call: () => void
}

export class VirtualClock implements Clock {
  #nowMs: number
  readonly #timers = new Set<Timer>()

  constructor(nowMs = 0) {
    this.#nowMs = nowMs
  }

  nowMs(): number {
    return this.#nowMs
  }

  after(delayMs: number, call: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, call }
    this.#timers.add(timer)
    return () => {
      this.#timers.delete(timer)
    }
  }

  /** How many calls wait for their time. */
  get waiting(): number {
    return this.#timers.size
  }

  /** Moves time on, calling what comes due in the order of its time, each in a turn of its own. */
  async advance(byMs: number): Promise<void> {
    const endMs = this.#nowMs + byMs
    await turn()
    for (let next = this.#next(endMs); next; next = this.#next(endMs)) {
      this.#timers.delete(next)
      this.#nowMs = next.atMs
      next.call()
      await turn()
    }
    this.#nowMs = endMs
  }

  #next(endMs: number): Timer | undefined {
    const due = [...this.#timers].filter((timer) => timer.atMs <= endMs)
    return due.reduce<Timer | undefined>(
      (first, timer) => (first && first.atMs <= timer.atMs ? first : timer),
      undefined,
    )
  }
}

/** Lets every promise that can go on do so. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
