// An outbox as a person works with it: look, let go, take out, send again, look back.
import { uuidv7 } from 'uuidv7'
import { type Clock, systemClock } from '../clock.ts'
import { wordsOf } from '../words.ts'
import type {
  BucketLease,
  CommandStore,
  HeldKey,
  HeldSelection,
  OutboxAction,
  OutboxStatus,
  SentQuery,
} from './command-store.ts'

const LIST_MAX = 100
/** So many rows are to be sent again by one step, about. */
const REPUBLISH_ROWS = 5_000

export interface OutboxOperationsParts {
  readonly store: CommandStore
  readonly clock?: Clock
  readonly newId?: () => string
}

export interface RepublishOptions {
  readonly query: SentQuery
  readonly requestedBy: string
  /** After each step: rows done, and how many were found before the first one. */
  readonly onProgress?: (done: number, found: number) => void
}

export interface OutboxOperations {
  status(): Promise<OutboxStatus>
  buckets(): Promise<BucketLease[]>
  held(selection?: HeldSelection, limit?: number): Promise<HeldKey[]>
  /** Answers how many keys are tried again, by the relays, from now on. */
  release(selection: HeldSelection, requestedBy: string): Promise<number>
  /** The row will never be sent; false when it holds back no key. */
  discard(rowId: number, requestedBy: string): Promise<boolean>
  countSent(query: SentQuery): Promise<number>
  /**
   * The relays send those rows again, under the same event ids and each key in its order; answers
   * how many. With an end, what is sent after it stands before the rows that come again.
   */
  republish(options: RepublishOptions): Promise<number>
  /** Newest first. */
  actions(limit?: number): Promise<OutboxAction[]>
}

export function operateOutbox(parts: OutboxOperationsParts): OutboxOperations {
  const { store, clock = systemClock, newId = uuidv7 } = parts

  async function remember(
    action: OutboxAction['action'],
    requestedBy: string,
    selection: Readonly<Record<string, string>>,
  ): Promise<string> {
    const id = newId()
    const requestedAtMs = clock.nowMs()
    await store.remember({ id, action, requestedBy, requestedAtMs, selection })
    return id
  }

  return {
    status: () => store.status(),
    buckets: () => store.buckets(),
    held: (selection = {}, limit = LIST_MAX) => store.held(selection, limit),
    async release(selection, requestedBy) {
      const id = await remember('release', requestedBy, wordsOf(selection))
      let released = 0
      for (let isMore = true; isMore; ) {
        const step = await store.release(selection, id)
        released += step.keys
        isMore = step.isMore
      }
      return released
    },
    async discard(rowId, requestedBy) {
      const [held] = await store.held({ rowId }, 1)
      if (held === undefined) return false
      const id = await remember('discard', requestedBy, discardedWords(held))
      // A relay that has just worked on the key is waited for: it is a matter of one step.
      while (!(await store.discard(rowId, id))) {
        if ((await store.held({ rowId }, 1)).length === 0) return false
      }
      return true
    },
    countSent: (query) => store.countSent(query),
    async republish({ query, requestedBy, onProgress }) {
      const found = await store.countSent(query)
      if (found === 0) return 0
      const id = await remember('republish', requestedBy, wordsOf(query))
      const count = Math.ceil(found / REPUBLISH_ROWS)
      let done = 0
      for (let index = 0; index < count; index += 1) {
        done += await store.republish(query, { index, count }, id)
        onProgress?.(done, found)
      }
      return done
    },
    actions: (limit = LIST_MAX) => store.actions(limit),
  }
}

/** For the audit: what is lost, so that it can be found again while the row is there. */
const discardedWords = ({ rowId, topic, key, eventId, eventType, errorCode, error }: HeldKey) => ({
  ...wordsOf({ rowId, topic, key, errorCode }),
  eventId,
  eventType,
  error,
})
