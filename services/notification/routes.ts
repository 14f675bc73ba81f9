// A person's own notifications: listed, and marked as read while their line is held.
import { Problem } from '@sosik/contract/errors'
import {
  listNotifications,
  NOTIFICATIONS_LIMIT,
  readNotification,
  readNotifications,
} from '@sosik/contract/notification'
import type { Database, Transaction } from 'sosik/postgres'
import type { DeliverState } from '../letters.ts'
import { pageOf } from '../page.ts'
import { type Answering, answering } from '../service.ts'
import { viewOf } from './notices.ts'
import { countUnread, hasNotice, listNotices, markRead, markReadUpTo } from './store.ts'

export interface NotificationRouteParts {
  readonly database: Database
  readonly deliverState: DeliverState
}

export function notificationRoutes(parts: NotificationRouteParts): Answering[] {
  const { database } = parts
  return [
    answering(listNotifications, async ({ caller: { userId }, query }) => {
      const { before_notification_id: beforeId, limit = NOTIFICATIONS_LIMIT } = query
      const rows = await listNotices(database, userId, { beforeId, limit: limit + 1 })
      const page = pageOf(rows.map(viewOf), limit, ({ notification_id }) => {
        return { before_notification_id: notification_id }
      })
      return { ...page, unread: await countUnread(database, userId) }
    }),

    answering(readNotification, ({ caller: { userId }, params: { notification_id } }) =>
      database.transaction(async (tx) => {
        if (!(await hasNotice(tx, userId, notification_id))) throw new Problem('not_found')
        parts.deliverState(tx, [userId], async () => {
          if (!(await markRead(tx, userId, notification_id))) return []
          const data = { notification_id, unread: await countUnread(tx, userId) }
          return [{ userId, type: 'notification_read', title: '', data }]
        })
      }),
    ),

    answering(readNotifications, ({ caller: { userId }, body: { notification_id } }) =>
      database.transaction(async (tx) => tellReadUpTo(parts, tx, userId, notification_id)),
    ),
  ]
}

/** Which they were is told one by one: a newcomer's id may be below one that is marked up to. */
function tellReadUpTo(
  { deliverState }: NotificationRouteParts,
  tx: Transaction,
  userId: number,
  notificationId: string,
): void {
  deliverState(tx, [userId], async () => {
    const notification_ids = await markReadUpTo(tx, userId, notificationId)
    if (notification_ids.length === 0) return []
    const data = { notification_ids, unread: await countUnread(tx, userId) }
    return [{ userId, type: 'notifications_read', title: '', data }]
  })
}
