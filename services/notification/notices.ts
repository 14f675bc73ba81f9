// Notifications that stay: stored, told and announced together, or closed.
import { NotificationSent } from '@sosik/contract/notification'
import type { NewEvent } from 'sosik/catalogue'
import type { Transaction } from 'sosik/postgres'
import type { Deliver, Letter } from '../letters.ts'
import { type Notice, requestSubject } from './notification.ts'
import { closeNotices, insertNotice } from './store.ts'

export interface NoticeParts {
  readonly deliver: Deliver
  readonly newId: () => string
}

export interface KeptNotice {
  readonly sent: NewEvent
  readonly letter: (beside?: object) => Letter
}

export type Notices = ReturnType<typeof notices>

export function notices({ deliver, newId }: NoticeParts) {
  return {
    /** Stores it; answers the event that says so, and the letter, with what it tells beside. */
    async keep(tx: Transaction, notice: Notice, time: string): Promise<KeptNotice> {
      const notification_id = newId()
      const createdAt = new Date(time)
      await insertNotice(tx, notification_id, notice, createdAt)
      const { type, title, userId } = notice
      const content = { ...notice.content }
      const notification = {
        notification_id,
        notification_type: type,
        title,
        content,
        state: 'open',
        read: false,
        created_at: createdAt.toISOString(),
      }
      const sent = NotificationSent.of({
        notification_id,
        user_id: userId,
        notification_type: type,
        title,
        content,
        timestamp: time,
      })
      return {
        sent,
        letter(beside = {}) {
          const data = { ...content, ...beside, notification_id, notification }
          // The rules give each type its content; only here it is not known which type it is.
          return { userId, type, title, data } as Letter
        },
      }
    },

    async close(
      tx: Transaction,
      friendshipId: number,
      state: 'settled' | 'withdrawn',
    ): Promise<void> {
      for (const closed of await closeNotices(tx, requestSubject(friendshipId), state)) {
        const data = { notification_id: closed.notification_id, friendship_id: friendshipId }
        const type = `notification_${state}` as const
        deliver(tx, [{ userId: closed.user_id, type, title: '', data }])
      }
    },
  }
}
