// The port to an outbox for people and monitors: how it stands, and what is done by hand.
import type { Lease, Refusal, Failure } from './store.ts'

/** Nobody counts further: so many or more. It bounds what a look at a long backlog costs. */
export const COUNT_MAX = 50_000
/** Keys that one step lets go. */
export const RELEASE_KEYS_MAX = 500

export interface KeyPlace {
  readonly topic: string
  readonly key: Uint8Array
}

/** A key that waits behind its first unsent row, which the log refused. */
export interface HeldKey extends KeyPlace, Refusal {
  readonly eventId: string
  readonly eventType: string
  readonly attempts: number
  readonly heldAtMs: number
  /** When the log refused it last. */
  readonly refusedAtMs: number
  /** Not tried again until somebody releases or discards it. */
  readonly isParked: boolean
  /** Unsent rows of the key, the refused one included; up to `COUNT_MAX`. */
  readonly waiting: number
}

/** Of held keys; every field that is given must fit. */
export interface HeldSelection extends Partial<KeyPlace> {
  /** Of the refused row. */
  readonly rowId?: number
  readonly errorCode?: string
  readonly isParked?: boolean
}

/** Each number up to `COUNT_MAX`. */
export interface OutboxStatus {
  /** Without those of held keys. */
  readonly unsent: number
  /** Since it was written, also when it was sent before and is published again. */
  readonly oldestUnsentMs: number
  readonly heldKeys: number
  readonly parkedKeys: number
  /** Unsent rows of held keys. */
  readonly heldRows: number
  readonly relays: number
  /** What the log refused last or, when it was away, what a relay heard last. */
  readonly lastError: (Failure & { readonly atMs: number }) | null
}

export interface BucketLease extends Lease {
  /** Null when it was given up and nobody has taken it yet. */
  readonly owner: string | null
  /** Until the lease ends; it has ended when that is not positive. */
  readonly leftMs: number
}

/** Of rows that were sent; every field that is given must fit. */
export interface SentQuery {
  /** From that on, and before the other. */
  readonly fromMs?: number
  readonly toMs?: number
  readonly fromId?: number
  readonly toId?: number
  readonly topic?: string
}

/** One of `count` parts of the keys, counted from 0; a key is whole in its part. */
export interface Slice {
  readonly index: number
  readonly count: number
}

/** What somebody did by hand. */
export interface OutboxAction {
  readonly id: string
  readonly action: 'release' | 'discard' | 'republish'
  readonly requestedBy: string
  readonly requestedAtMs: number
  /** What was asked for, in words. */
  readonly selection: Readonly<Record<string, string>>
  /** Keys let go, rows taken out, or rows to be sent again. */
  readonly done: number
}

export interface Released {
  readonly keys: number
  /** There may be others of the selection. */
  readonly isMore: boolean
}

/** What commands and monitors need; each call is one bounded step. */
export interface CommandStore {
  status(): Promise<OutboxStatus>
  /** Of all buckets. */
  buckets(): Promise<BucketLease[]>
  /** By the time since which they are held. */
  held(selection: HeldSelection, limit: number): Promise<HeldKey[]>
  /** Goes before what is done; that is then counted as done by it. */
  remember(action: Omit<OutboxAction, 'done'>): Promise<void>
  /** Newest first. */
  actions(limit: number): Promise<OutboxAction[]>
  /**
   * Lets keys that were held when the action was remembered be tried again at once, with all their
   * attempts: up to `RELEASE_KEYS_MAX`, the first by their time.
   */
  release(selection: HeldSelection, actionId: string): Promise<Released>
  /**
   * Takes a refused row out for good and lets the key's later rows go; false when it does not hold
   * its key, or a relay has just worked on that key.
   */
  discard(rowId: number, actionId: string): Promise<boolean>
  /** How many rows were sent then, without those taken out by hand. */
  countSent(query: SentQuery): Promise<number>
  /** Lets the rows of these keys that were sent then be sent again; answers how many. */
  republish(query: SentQuery, slice: Slice, actionId: string): Promise<number>
}
