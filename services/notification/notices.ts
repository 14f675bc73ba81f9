// Notifications that stay: stored, told and announced together, or closed.
import { type Notification, NotificationSent } from '@sosik/contract/notification'
import type { NewEvent } from 'sosik/catalogue'
import type { Sql, Transaction } from 'sosik/postgres'
import type { Static } from 'typebox'
import type { DeliverState, Letter } from '../letters.ts'
import { type Notice, requestSubject } from './notification.ts'
import {
  type ClosedRow,
  countUnread,
  insertNotice,
  type NotificationRow,
  settleNotices,
  withdrawNotices,
} from './store.ts'
import { titlesOf } from './titles.ts'

export interface NoticeParts {
  readonly deliverState: DeliverState
  readonly newId: () => string
}

export interface KeptNotice {
  /** Says that it is stored. */
  readonly sent: NewEvent
  /** Stores it, while the person's line is held; answers the letter, with what it tells beside. */
  readonly store: (tx: Transaction, beside?: object) => Promise<Letter>
}

export function keepNotice(notice: Notice, notification_id: string, timestamp: string): KeptNotice {
  const { userId, type } = notice
  const content = { ...notice.content }
  const title = titlesOf(type, content).ko
  const sent = NotificationSent.of({
    notification_id,
    user_id: userId,
    notification_type: type,
    title,
    content,
    timestamp,
  })
  return {
    sent,
    async store(tx, beside = {}) {
      const stored = { ...notice, title }
      const row = await insertNotice(tx, notification_id, stored, new Date(timestamp))
      const unread = await countUnread(tx, userId)
      const data = { ...content, ...beside, notification_id, notification: viewOf(row), unread }
      // The rules give each type its content; only here it is not known which type it is.
      return { userId, type, title, data } as Letter
    },
  }
}

/** Settles the notification of a request, while its person's line is held; answers the letters. */
export async function settleRequest(tx: Transaction, friendshipId: number): Promise<Letter[]> {
  const closed = await settleNotices(tx, requestSubject(friendshipId))
  return closedLetters(tx, closed, 'notification_settled', friendshipId)
}

/** The same for one that is gone. */
export async function withdrawRequest(tx: Transaction, friendshipId: number): Promise<Letter[]> {
  const closed = await withdrawNotices(tx, requestSubject(friendshipId))
  return closedLetters(tx, closed, 'notification_withdrawn', friendshipId)
}

async function closedLetters(
  sql: Sql,
  closed: readonly ClosedRow[],
  type: 'notification_settled' | 'notification_withdrawn',
  friendship_id: number,
): Promise<Letter[]> {
  const letters: Letter[] = []
  for (const { user_id: userId, notification_id } of closed) {
    const unread = await countUnread(sql, userId)
    letters.push({ userId, type, title: '', data: { notification_id, friendship_id, unread } })
  }
  return letters
}

/** As its person's list shows it. */
export function viewOf({ created_at, ...row }: NotificationRow): Static<typeof Notification> {
  const titles = { ...titlesOf(row.notification_type, row.content), ko: row.title }
  return { ...row, titles, created_at: created_at.toISOString() }
}
