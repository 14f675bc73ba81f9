// What has been read long ago goes, and whoever shows it is told so.
import { NOTIFICATIONS_KEPT_DAYS } from '@sosik/contract/notification'
import { days } from 'sosik/catalogue'
import type { Database } from 'sosik/postgres'
import type { DeliverState, Letter } from '../letters.ts'
import { deleteNotices, findOld } from './store.ts'

export interface SweepParts {
  readonly database: Database
  readonly deliverState: DeliverState
}

export const SWEPT_AT_ONCE_MAX = 100

/** In several processes at once each is told once: by whoever deletes it. */
export async function sweepNotices(parts: SweepParts, now: Date): Promise<void> {
  const before = new Date(now.getTime() - days(NOTIFICATIONS_KEPT_DAYS))
  let found: number
  do found = await sweepSome(parts, before)
  while (found === SWEPT_AT_ONCE_MAX)
}

function sweepSome({ database, deliverState }: SweepParts, before: Date): Promise<number> {
  return database.transaction(async (tx) => {
    const old = await findOld(tx, before, SWEPT_AT_ONCE_MAX)
    const userIds = old.map((one) => one.user_id)
    const ids = old.map((one) => one.notification_id)
    deliverState(tx, userIds, async () => lettersOf(await deleteNotices(tx, ids)))
    return old.length
  })
}

function lettersOf(gone: readonly { user_id: number; notification_id: string }[]): Letter[] {
  return [...Map.groupBy(gone, (one) => one.user_id)].map(([userId, ofOne]) => {
    const data = { notification_ids: ofOne.map((one) => one.notification_id) }
    return { userId, type: 'notifications_expired', title: '', data }
  })
}
