// A person's own notifications.
import { Problem } from '@sosik/contract/errors'
import { listNotifications, readNotification } from '@sosik/contract/notification'
import type { Database } from 'sosik/postgres'
import type { Deliver } from '../letters.ts'
import { type Answering, answering } from '../service.ts'
import { listNotices, markNoticeRead } from './store.ts'

export interface NotificationRouteParts {
  readonly database: Database
  readonly deliver: Deliver
}

export function notificationRoutes({ database, deliver }: NotificationRouteParts): Answering[] {
  return [
    answering(listNotifications, async ({ caller }) => {
      const rows = await listNotices(database, caller.userId)
      const items = rows.map((row) => ({ ...row, created_at: row.created_at.toISOString() }))
      return { items }
    }),
    answering(readNotification, ({ caller: { userId }, params: { notification_id } }) =>
      database.transaction(async (tx) => {
        const isNew = await markNoticeRead(tx, userId, notification_id)
        if (isNew === undefined) throw new Problem('not_found')
        if (!isNew) return
        const data = { notification_id }
        deliver(tx, [{ userId, type: 'notification_read', title: '', data }])
      }),
    ),
  ]
}
