// What happened in a run, line by line: the same for the same seed, and short enough to be read.

const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

export class History {
  readonly #startMs: number
  readonly #nowMs: () => number
  readonly #isKept: boolean
  readonly lines: string[] = []

  constructor(nowMs: () => number, isKept: boolean) {
    this.#nowMs = nowMs
    this.#isKept = isKept
    this.#startMs = nowMs()
  }

  tell(who: string, what: string): void {
    if (this.#isKept) this.lines.push(`${this.#nowMs() - this.#startMs} ${who}: ${what}`)
  }

  /** Of all lines: two runs with the same hash went the same way. */
  get hash(): string {
    let hash = FNV_OFFSET
    for (const line of this.lines) {
      for (let at = 0; at < line.length; at += 1) {
        hash = Math.imul(hash ^ line.charCodeAt(at), FNV_PRIME)
      }
    }
    return (hash >>> 0).toString(16).padStart(8, '0')
  }
}
