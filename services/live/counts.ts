// What happened to the streams of this process since its start, to be measured.
import type { ResyncReason } from './live.ts'
import type { EndReason } from './stream.ts'

class Counts<Name extends string> {
  readonly #counts = new Map<Name, number>()

  add(name: Name): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
  }

  entries(): readonly (readonly [Name, number])[] {
    return [...this.#counts]
  }
}

export interface StreamCounts {
  readonly ended: Counts<EndReason>
  readonly resyncs: Counts<ResyncReason>
  readonly refused: Counts<'full' | 'stopping'>
  /** Where missed news were read. */
  readonly backlogs: Counts<'cache' | 'store'>
}

export const streamCounts = (): StreamCounts => ({
  ended: new Counts(),
  resyncs: new Counts(),
  refused: new Counts(),
  backlogs: new Counts(),
})
