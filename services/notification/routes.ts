// A person's own notifications.
import { Problem } from '@sosik/contract/errors'
import { listNotifications, readNotification } from '@sosik/contract/notification'
import type { Database } from 'sosik/postgres'
import { type Answering, answering } from '../service.ts'
import { listNotices, markNoticeRead } from './store.ts'

export function notificationRoutes(database: Database): Answering[] {
  return [
    answering(listNotifications, async ({ caller }) => {
      const rows = await listNotices(database, caller.userId)
      const items = rows.map((row) => ({ ...row, created_at: row.created_at.toISOString() }))
      return { items }
    }),
    answering(readNotification, async ({ caller, params }) => {
      const found = await markNoticeRead(database, caller.userId, params.notification_id)
      if (!found) throw new Problem('not_found')
    }),
  ]
}
