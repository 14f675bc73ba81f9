// The writing end of the last mile: news into people's lines, and the bell after the commit.
import type { Sql, Transaction } from 'sosik/postgres'
import { channelOf, type Fanout } from './fanout.ts'
import { bellText, type Letter, type News } from './live.ts'
import { appendLetters, eraseText, holdLines } from './store.ts'

export interface Delivery {
  /** Durable: stored with the transaction, told to who is connected, resumed by who is not. */
  deliver(tx: Transaction, letters: readonly Letter[]): Promise<void>
  /** Locks people's lines: what is read after this may be delivered as the state of then. */
  hold(tx: Transaction, userIds: readonly number[]): Promise<void>
  /** Takes a message's text out of what people were told, and can still resume. */
  erase(tx: Transaction, messageId: string): Promise<void>
  /** Ephemeral: told to who is connected now. */
  tellConnected(userIds: readonly number[], news: News): void
  /** The same, after the commit. */
  whisper(tx: Transaction, userIds: readonly number[], news: News): void
}

export interface DeliveryParts {
  readonly fanout: Fanout
  readonly epochOf: (sql: Sql) => Promise<string>
  /** A bell that could not be rung: nothing is lost, the gateways look again by themselves. */
  readonly onError: (error: Error) => void
}

export function createDelivery({ fanout, epochOf, onError }: DeliveryParts): Delivery {
  const ring = (userId: number, text: string) => {
    fanout.publish(channelOf(userId), text).catch(onError)
  }
  const tellConnected = (userIds: readonly number[], news: News) => {
    const text = JSON.stringify(news)
    for (const userId of userIds) ring(userId, text)
  }
  return {
    hold: holdLines,
    erase: eraseText,
    async deliver(tx, letters) {
      if (letters.length === 0) return
      const epoch = await epochOf(tx)
      const told = await appendLetters(tx, letters)
      tx.afterCommit(() => {
        for (const one of told) ring(one.userId, bellText(epoch, one))
      })
    },
    tellConnected,
    whisper: (tx, userIds, news) => tx.afterCommit(() => tellConnected(userIds, news)),
  }
}
