// What the toolkit tells its host: typed messages on Node's diagnostics channels, never a log line.
import { type Channel, channel } from 'node:diagnostics_channel'
import type { Position } from './envelope/envelope.ts'

export interface Published {
  readonly topic: string
  readonly type: string
}

export interface Handled extends Position {
  readonly group: string
  /** The event's name, or the unknown one of a skipped record. */
  readonly type: string
}

export interface Failed extends Handled {
  readonly eventId: string
  /** The attempt that failed, from 1. */
  readonly attempt: number
  readonly error: Error
}

/** Something outside is wrong; the part goes on trying. */
export interface Trouble {
  /** Which part, such as `relay` or a group's name. */
  readonly part: string
  readonly error: Error
}

/** One channel a kind of news; subscribe with `node:diagnostics_channel` by the name in quotes. */
export const diagnostics = {
  published: channel('sosik:published') as Channel<unknown, Published>,
  handled: channel('sosik:handled') as Channel<unknown, Handled>,
  skipped: channel('sosik:skipped') as Channel<unknown, Handled>,
  retried: channel('sosik:retried') as Channel<unknown, Failed>,
  paused: channel('sosik:paused') as Channel<unknown, Failed>,
  deadLettered: channel('sosik:dead-lettered') as Channel<unknown, Failed>,
  trouble: channel('sosik:trouble') as Channel<unknown, Trouble>,
}
