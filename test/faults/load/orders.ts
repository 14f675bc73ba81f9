// What the run tells its load process, and what it hears from it.
import type { Host } from '../../support/http.ts'

/** The first order: whom to talk to, and where to write down what happens. */
export interface LoadStart {
  readonly say: 'start'
  readonly apis: readonly Host[]
  readonly gateways: readonly Host[]
  readonly historyFolder: string
  readonly seed: number
}

export type LoadOrder =
  | LoadStart
  | { readonly say: 'rate'; readonly perSecond: number }
  /** Says these in one of the rooms that are kept for marked messages, in order. */
  | { readonly say: 'speak'; readonly room: number; readonly contents: readonly string[] }
  /** Breaks the streams of so many readers. */
  | { readonly say: 'cut'; readonly readers: number }
  | { readonly say: 'stop'; readonly limitMs: number }

export type LoadNews =
  | { readonly say: 'ready'; readonly roomIds: readonly number[] }
  | { readonly say: 'stopped' }
  | {
      readonly say: 'state'
      readonly accepted: number
      readonly open: number
      readonly live: number
      /** The last cursor of each reader, by user. */
      readonly cursors: Readonly<Record<number, string>>
    }
