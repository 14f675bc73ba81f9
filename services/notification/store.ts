// The stored notifications.
import { NOTIFICATIONS_LISTED_MAX } from '@sosik/contract/notification'
import type { Sql } from 'sosik/postgres'
import type { Notice } from './notification.ts'

export interface NotificationRow {
  readonly notification_id: string
  readonly notification_type: string
  readonly title: string
  readonly content: Record<string, unknown>
  readonly state: 'open' | 'settled' | 'withdrawn'
  readonly read: boolean
  readonly created_at: Date
}

export async function insertNotice(
  tx: Sql,
  notificationId: string,
  notice: Notice,
  createdAt: Date,
): Promise<void> {
  await tx.query(
    `insert into notification (notification_id, user_id, type, title, content, subject, created_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      notificationId,
      notice.userId,
      notice.type,
      notice.title,
      JSON.stringify(notice.content),
      notice.subject,
      createdAt,
    ],
  )
}

/** Closes what is open under the subject; answers whose notifications those were. */
export async function closeNotices(
  tx: Sql,
  subject: string,
  state: 'settled' | 'withdrawn',
): Promise<{ notification_id: string; user_id: number }[]> {
  return tx.query(
    `update notification set state = $2 where subject = $1 and state = 'open'
     returning notification_id, user_id`,
    [subject, state],
  )
}

export async function listNotices(sql: Sql, userId: number): Promise<NotificationRow[]> {
  return sql.query(
    `select notification_id, type as notification_type, title, content, state,
            read_at is not null as read, created_at
     from notification where user_id = $1 and state <> 'withdrawn'
     order by created_at desc, notification_id desc limit $2`,
    [userId, NOTIFICATIONS_LISTED_MAX],
  )
}

/** Whether it is read only now; nothing when the person has no such notification. */
export async function markNoticeRead(
  tx: Sql,
  userId: number,
  notificationId: string,
): Promise<boolean | undefined> {
  const [row] = await tx.query<{ read: boolean }>(
    `with mine as (
       select notification_id, read_at from notification
       where notification_id = $2 and user_id = $1 for update),
     marked as (
       update notification set read_at = clock_timestamp() from mine
       where notification.notification_id = mine.notification_id and mine.read_at is null)
     select read_at is null as read from mine`,
    [userId, notificationId],
  )
  return row?.read
}
