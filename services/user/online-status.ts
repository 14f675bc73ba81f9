// Online status: leases change, the status follows in the same transaction, and is told.
import { UserOnlineStatusChanged } from '@sosik/contract/user'
import type { NewEvent } from 'sosik/catalogue'
import type { Database, Transaction } from 'sosik/postgres'
import { type Status, settle } from './presence-store.ts'

export interface OnlineStatusParts {
  readonly database: Database
  /** Straight to the log: a lost change is made up for by the next one. */
  readonly publish: (event: NewEvent) => Promise<unknown>
  /** Hears of each change that could not be published. */
  readonly onError: (error: Error) => void
}

export interface OnlineStatus {
  /** `work` changes leases and answers whose, once a lease; resolves with how many. */
  readonly change: (work: (tx: Transaction) => Promise<number[]>) => Promise<number>
  /** Resolves when all that changed so far is told. */
  readonly told: () => Promise<void>
}

export function createOnlineStatus({
  database,
  publish,
  onError,
}: OnlineStatusParts): OnlineStatus {
  const telling = new Set<Promise<void>>()

  // Not waited for: nobody's request depends on the log.
  function tell({ user_id, is_online, last_seen_at }: Status): void {
    const timestamp = last_seen_at.toISOString()
    const told = publish(UserOnlineStatusChanged.of({ user_id, is_online, timestamp }))
      .then(() => {}, onError)
      .finally(() => {
        telling.delete(told)
      })
    telling.add(told)
  }

  return {
    async change(work) {
      const { leases, changes } = await database.transaction(async (tx) => {
        const userIds = await work(tx)
        return {
          leases: userIds.length,
          changes: userIds.length === 0 ? [] : await settle(tx, userIds),
        }
      })
      for (const one of changes) tell(one)
      return leases
    },
    async told() {
      await Promise.all(telling)
    },
  }
}
