// The stored notifications. A person's are changed while their line is held, and only then.
import { NOTIFICATIONS_KEPT_MAX } from '@sosik/contract/notification'
import type { Sql } from 'sosik/postgres'
import type { Notice } from './notification.ts'
import type { NoticeType } from './titles.ts'

export interface NotificationRow {
  readonly notification_id: string
  readonly notification_type: NoticeType
  readonly title: string
  readonly content: Record<string, unknown>
  readonly state: 'open' | 'settled'
  readonly read: boolean
  readonly created_at: Date
}

const IS_UNREAD = `read_at is null and state = 'open'`
const IS_READ = `(read_at is not null or state <> 'open')`
const NOTIFICATION = `notification_id, type as notification_type, title, content, state,
  ${IS_READ} as read, created_at`
/** More of the oldest are not deleted at once. */
const CROWDED_ROWS_MAX = 100

/** Stores it as the person's newest; who has too many loses the oldest. */
export async function insertNotice(
  tx: Sql,
  notificationId: string,
  notice: Notice & { readonly title: string },
  createdAt: Date,
): Promise<NotificationRow> {
  const [row] = await tx.query<NotificationRow>(
    `with crowded as (
       delete from notification where notification_id in (
         select notification_id from notification where user_id = $2
         order by notification_id desc offset $8 limit $9))
     insert into notification (notification_id, user_id, type, title, content, subject, created_at)
     values ($1, $2, $3, $4, $5, $6, $7) returning ${NOTIFICATION}`,
    [
      notificationId,
      notice.userId,
      notice.type,
      notice.title,
      JSON.stringify(notice.content),
      notice.subject,
      createdAt,
      NOTIFICATIONS_KEPT_MAX - 1,
      CROWDED_ROWS_MAX,
    ],
  )
  return row as NotificationRow
}

export interface ClosedRow {
  readonly notification_id: string
  readonly user_id: number
}

/** Settles what is open under the subject. */
export function settleNotices(tx: Sql, subject: string): Promise<ClosedRow[]> {
  return tx.query<ClosedRow>(
    `update notification set state = 'settled' where subject = $1 and state = 'open'
     returning notification_id, user_id`,
    [subject],
  )
}

/** What is open under the subject is gone. */
export function withdrawNotices(tx: Sql, subject: string): Promise<ClosedRow[]> {
  return tx.query<ClosedRow>(
    `delete from notification where subject = $1 and state = 'open'
     returning notification_id, user_id`,
    [subject],
  )
}

/** The newest first; `beforeId` is the last one of a page. */
export function listNotices(
  sql: Sql,
  userId: number,
  page: { readonly beforeId: string | undefined; readonly limit: number },
): Promise<NotificationRow[]> {
  return sql.query<NotificationRow>(
    `select ${NOTIFICATION} from notification
     where user_id = $1 and ($2::text is null or notification_id < $2)
     order by notification_id desc limit $3`,
    [userId, page.beforeId ?? null, page.limit],
  )
}

export async function countUnread(sql: Sql, userId: number): Promise<number> {
  const [row] = await sql.query<{ unread: number }>(
    `select count(*) as unread from notification where user_id = $1 and ${IS_UNREAD}`,
    [userId],
  )
  return row?.unread ?? 0
}

export async function hasNotice(sql: Sql, userId: number, notificationId: string) {
  const found = await sql.query(
    'select 1 from notification where notification_id = $1 and user_id = $2',
    [notificationId, userId],
  )
  return found.length === 1
}

/** Whether it was unread. */
export async function markRead(tx: Sql, userId: number, notificationId: string) {
  const marked = await tx.query(
    `update notification set read_at = clock_timestamp()
     where notification_id = $1 and user_id = $2 and ${IS_UNREAD} returning 1`,
    [notificationId, userId],
  )
  return marked.length === 1
}

/** Which of them were unread, the newest first. */
export async function markReadUpTo(
  tx: Sql,
  userId: number,
  notificationId: string,
): Promise<string[]> {
  const marked = await tx.query<{ notification_id: string }>(
    `with marked as (
       update notification set read_at = clock_timestamp()
       where user_id = $1 and notification_id <= $2 and ${IS_UNREAD} returning notification_id)
     select notification_id from marked order by notification_id desc`,
    [userId, notificationId],
  )
  return marked.map((row) => row.notification_id)
}

/** Those that have been read and came before that time, the oldest first. */
export function findOld(sql: Sql, before: Date, limit: number): Promise<ClosedRow[]> {
  return sql.query<ClosedRow>(
    `select notification_id, user_id from notification
     where created_at < $1 and ${IS_READ} order by created_at limit $2`,
    [before, limit],
  )
}

/** Those that were still there. */
export function deleteNotices(tx: Sql, notificationIds: readonly string[]): Promise<ClosedRow[]> {
  return tx.query<ClosedRow>(
    `delete from notification where notification_id = any($1) returning notification_id, user_id`,
    [notificationIds],
  )
}
