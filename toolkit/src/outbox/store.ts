// The port to where an outbox keeps its rows, leases and held keys: a database, or memory.
import type { CommandStore } from './command-store.ts'

/** A relay that has not renewed its leases for so long has lost them. */
export const LEASE_MS = 3_000
/** Looks past rows whose keys are on their way for no more than so many rows. */
export const SCAN_ROWS_MAX = 50_000
export const PURGE_ROWS_MAX = 1_000
/** Rows out of the way of `unsent` at once. */
export const SET_ASIDE_ROWS_MAX = 10_000
/** How long sent rows stay, so that they can be published again. */
export const SENT_RETENTION_MS = 7 * 24 * 3_600_000

/** A bucket in a relay's hands; the fence rises each time that it changes hands. */
export interface Lease {
  readonly bucket: number
  readonly fence: number
}

export interface Leases {
  readonly leases: readonly Lease[]
  /** What the relay has given up by this call, for others to take. */
  readonly given: readonly number[]
  /** Buckets of which nothing more may be sent: another relay waits for them. */
  readonly leaving: readonly number[]
  /** Whether the relay has its fair share, no more and no less. */
  readonly isFair: boolean
}

export interface OutboxRow {
  /** Rises in a key's order: it is drawn while the key is locked. */
  readonly id: number
  readonly lane: number
  readonly topic: string
  readonly key: Uint8Array
  readonly eventId: string
  readonly eventType: string
  readonly value: Uint8Array
  readonly headers: readonly (readonly [name: string, text: string])[]
}

export interface UnsentQuery {
  readonly leases: readonly Lease[]
  /** Lanes that are on their way. */
  readonly busy: readonly number[]
  readonly rowsMax: number
  /** Bound of the values together; one larger row still comes. */
  readonly bytesMax: number
}

export interface Failure {
  readonly errorCode: string
  readonly error: string
}

/** Why the log will not take a row as it is. */
export interface Refusal extends Failure {
  readonly rowId: number
}

/** A held row whose time has come. */
export interface DueRow {
  readonly row: OutboxRow
  /** Tries on its own, the coming one included: it is counted before it is made. */
  readonly attempts: number
}

/**
 * What relays need. Every change counts only for buckets whose lease is still the given one, so a
 * relay that slept through its lease changes nothing. Each call is one step: a relay that stops in
 * the middle of one holds nobody up.
 */
export interface RelayStore {
  /**
   * Says that the relay lives, and renews, gives up and takes buckets by `planLeases`; of `busy`
   * ones something is on its way, and they are kept. Failure is kept for people to see.
   */
  lease(owner: string, busy: ReadonlySet<number>, failure?: Failure): Promise<Leases>
  /** Gives everything up, so that the others need not wait for the leases to end. */
  leave(owner: string): Promise<void>
  /** The first unsent rows by id, without those of busy lanes and held keys. */
  unsent(query: UnsentQuery): Promise<OutboxRow[]>
  /** Answers how many of the rows are marked by this call. */
  markSent(leases: readonly Lease[], ids: readonly number[]): Promise<number>
  /** Holds the rows' keys back, each by its first row, which is due at once and on its own. */
  hold(leases: readonly Lease[], refusals: readonly Refusal[]): Promise<void>
  /**
   * Puts a bounded batch of what waits behind held rows out of the way of `unsent`, until its key
   * is let go; answers whether there may be more. Changes no answer, only what it costs.
   */
  setAside(leases: readonly Lease[]): Promise<boolean>
  /** Counts an attempt for each; none of them is due again within `delayMs`. */
  due(query: UnsentQuery, delayMs: number): Promise<DueRow[]>
  /** The held row was sent: its key's later rows follow. */
  sentHeld(leases: readonly Lease[], id: number): Promise<void>
  /** The held row was refused again: it is due after `delayMs`, or parked when that is null. */
  refusedHeld(leases: readonly Lease[], refusal: Refusal, delayMs: number | null): Promise<void>
  /** The log was away: the last attempt of the held row does not count. */
  uncountHeld(leases: readonly Lease[], id: number, delayMs: number): Promise<void>
  /**
   * Forgets one bounded batch of what was sent, and one of what was handled, too long ago to be
   * asked for again; answers whether there may be more.
   */
  purge(nowMs: number): Promise<boolean>
}

export interface OutboxStore extends RelayStore, CommandStore {}
