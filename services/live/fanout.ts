// The port of what processes share beside the database: a bell, a cache of lines, stream leases.
// PostgreSQL is the truth: what is lost here is made up for from there.

/** A place in the cache of a line. */
export interface Place {
  readonly line: string
  readonly number: number
}

/** Something to be heard by who listens now. */
export interface Bell {
  readonly channel: string
  readonly message: string
  /** Where the message is kept for who comes back soon. */
  readonly keep?: Place
}

/** A message as it was kept. */
export interface Kept {
  readonly number: number
  readonly message: string
}

/** Ids of streams by their person; of one person they ascend with the age of the streams. */
export type StreamIds = ReadonlyMap<number, readonly string[]>

export interface Fanout {
  /**
   * Keeps what is to be kept, and reaches every present listener, in any process. A number that is
   * not above the line's last one is not kept: to keep again is harmless.
   */
  publish(bells: readonly Bell[]): Promise<void>
  /** Answers the function that ends it. Several listeners of one channel are all called. */
  subscribe(channel: string, listener: (message: string) => void): Promise<() => Promise<void>>
  /** What is kept of a line after a number, ascending; there may be holes. */
  recent(line: string, after: number, upTo: number): Promise<Kept[]>
  forget(places: readonly Place[]): Promise<void>
  /**
   * Takes leases on people's streams, or makes them last, and ends each person's oldest beyond
   * `most`: it answers which those were, of all processes. A lease ends by itself after
   * `STREAM_LEASE_MS`.
   */
  claim(streams: StreamIds, most: number): Promise<StreamIds>
  release(userId: number, streamId: string): Promise<void>
  /** False while bells are rung and heard in vain; it comes back by itself. */
  isUp(): boolean
  close(): Promise<void>
}

/** So much is kept of a line, or a little more. */
export const KEPT_EVENTS_MAX = 500
/** A line that was told nothing for so long is kept no more. */
export const KEPT_MS = 3_600_000
/** Three heartbeats. */
export const STREAM_LEASE_MS = 45_000

/** The channel of a person, as the document names it; of a large room for a number below nought. */
export const channelOf = (line: number): string =>
  line < 0 ? `room:notifications:${-line}` : `user:notifications:${line}`

/** A line's name in the cache; another epoch is another line. */
export const lineOf = (epoch: string, line: number): string =>
  line < 0 ? `room:events:${epoch}:${-line}` : `user:events:${epoch}:${line}`
