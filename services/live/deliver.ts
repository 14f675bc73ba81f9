// The writing end of the last mile: news into people's lines; after the commit the cache and the bell.
import type { Transaction } from 'sosik/postgres'
import { type Bell, channelOf, type Fanout, lineOf } from './fanout.ts'
import { bellText, type Letter, type News } from './live.ts'
import { appendLetters, eraseText, holdLines, type Place, type Told } from './store.ts'

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
  /** A bell that could not be rung: nothing is lost, the gateways look again by themselves. */
  readonly onError: (error: Error) => void
}

export function createDelivery({ fanout, onError }: DeliveryParts): Delivery {
  const ring = (bells: readonly Bell[]) => void fanout.publish(bells).catch(onError)
  const forget = ({ epoch, userId, userSeq }: Place) =>
    void fanout.forget(lineOf(epoch, userId), userSeq).catch(onError)
  const tellConnected = (userIds: readonly number[], news: News) => {
    const message = JSON.stringify(news)
    ring(userIds.map((userId) => ({ channel: channelOf(userId), message })))
  }
  return {
    hold: holdLines,
    async erase(tx, messageId) {
      const places = await eraseText(tx, messageId)
      tx.afterCommit(() => places.forEach(forget))
    },
    async deliver(tx, letters) {
      if (letters.length === 0) return
      const { epoch, told } = await appendLetters(tx, letters)
      tx.afterCommit(() => ring(told.map((one) => bellOf(epoch, one))))
    },
    tellConnected,
    whisper: (tx, userIds, news) => tx.afterCommit(() => tellConnected(userIds, news)),
  }
}

function bellOf(epoch: string, told: Told): Bell {
  const { userId, userSeq: number } = told
  const keep = { line: lineOf(epoch, userId), number }
  return { channel: channelOf(userId), message: bellText(epoch, told), keep }
}
