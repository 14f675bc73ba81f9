// My latest notifications as `GET /notifications` lists them, and what each event makes of them.
import { type listNotifications, NOTIFICATIONS_LISTED_MAX } from '@sosik/contract/notification'
import type { AnswerOf } from '@sosik/contract/route'
import type { StreamEvent } from '../events.ts'
import { reducerOf } from './reducer.ts'

export type Notification = AnswerOf<typeof listNotifications>['items'][number]

/** The newest first, `NOTIFICATIONS_LISTED_MAX` at most. */
export type Notifications = readonly Notification[]

export const applyToNotifications = reducerOf<Notifications>({
  welcome: added,
  friend_request: added,
  friend_request_accepted: added,
  notification_read: (notifications, { notification_id }) =>
    change(notifications, notification_id, { read: true }),
  notification_settled: (notifications, { notification_id }) =>
    change(notifications, notification_id, { state: 'settled' }),
  notification_withdrawn: (notifications, { notification_id }) =>
    notifications.filter((one) => one.notification_id !== notification_id),
})

/** Whether an older notification moves up into the list: it is to be read, after the event. */
export function areNotificationsToRead(notifications: Notifications, event: StreamEvent): boolean {
  const isFull = notifications.length >= NOTIFICATIONS_LISTED_MAX
  return isFull && event.type === 'notification_withdrawn'
}

function added(
  notifications: Notifications,
  { notification }: { readonly notification: Notification },
): Notifications {
  const known = notifications.find((one) => one.notification_id === notification.notification_id)
  // What is listed already may have been read since it was told.
  if (known !== undefined) return notifications
  return [...notifications, notification].sort(newestFirst).slice(0, NOTIFICATIONS_LISTED_MAX)
}

function change(
  notifications: Notifications,
  notificationId: string,
  by: Partial<Notification>,
): Notifications {
  return notifications.map((one) =>
    one.notification_id === notificationId ? { ...one, ...by } : one,
  )
}

function newestFirst(a: Notification, b: Notification): number {
  if (a.created_at !== b.created_at) return a.created_at < b.created_at ? 1 : -1
  return a.notification_id < b.notification_id ? 1 : -1
}
