// My latest notifications as `GET /notifications` lists them, and what each event makes of them.
import { type listNotifications, NOTIFICATIONS_LIMIT } from '@sosik/contract/notification'
import type { DurableNews } from '@sosik/contract/news'
import type { AnswerOf } from '@sosik/contract/route'
import type { StreamEvent } from '../events.ts'
import { reducerOf } from './reducer.ts'

export type Notification = AnswerOf<typeof listNotifications>['items'][number]

/** The newest first, a page of them: `NOTIFICATIONS_LIMIT` at most. */
export type Notifications = readonly Notification[]

export const applyToNotifications = reducerOf<Notifications>({
  welcome: added,
  friend_request: added,
  friend_request_accepted: added,
  notification_read: (notifications, { notification_id }) =>
    change(notifications, [notification_id], { read: true }),
  notifications_read: (notifications, { notification_ids }) =>
    change(notifications, notification_ids, { read: true }),
  notification_settled: (notifications, { notification_id }) =>
    change(notifications, [notification_id], { state: 'settled', read: true }),
  notification_withdrawn: (notifications, { notification_id }) =>
    without(notifications, [notification_id]),
  notifications_expired: (notifications, { notification_ids }) =>
    without(notifications, notification_ids),
})

/** How many are unread, on all pages, as each event that changes it says. */
export const applyToUnread = reducerOf<number>({
  welcome: unreadNow,
  friend_request: unreadNow,
  friend_request_accepted: unreadNow,
  notification_read: unreadNow,
  notifications_read: unreadNow,
  notification_settled: unreadNow,
  notification_withdrawn: unreadNow,
})

const SHORTENING: readonly string[] = [
  'notification_withdrawn',
  'notifications_expired',
] satisfies (keyof DurableNews)[]

/** Whether an older notification moves up into the list: it is to be read, after the event. */
export function areNotificationsToRead(notifications: Notifications, event: StreamEvent): boolean {
  return notifications.length >= NOTIFICATIONS_LIMIT && SHORTENING.includes(event.type)
}

function added(
  notifications: Notifications,
  { notification }: { readonly notification: Notification },
): Notifications {
  const known = notifications.find((one) => one.notification_id === notification.notification_id)
  // What is listed already may have been read since it was told.
  if (known !== undefined) return notifications
  return [...notifications, notification].sort(newestFirst).slice(0, NOTIFICATIONS_LIMIT)
}

function change(
  notifications: Notifications,
  ids: readonly string[],
  by: Partial<Notification>,
): Notifications {
  return notifications.map((one) => (ids.includes(one.notification_id) ? { ...one, ...by } : one))
}

function without(notifications: Notifications, ids: readonly string[]): Notifications {
  return notifications.filter((one) => !ids.includes(one.notification_id))
}

/** Ids are in the order of time. */
function newestFirst(a: Notification, b: Notification): number {
  return a.notification_id < b.notification_id ? 1 : -1
}

function unreadNow(_before: number, { unread }: { readonly unread: number }): number {
  return unread
}
