// The writing end of the last mile: news into people's lines; after the commit cache and bell.
import { gatherUntilCommit, type Transaction } from 'sosik/postgres'
import { type Bell, channelOf, type Fanout, lineOf } from './fanout.ts'
import { bellText, type Letter, type News } from './live.ts'
import { appendLetters, eraseText, holdLines, type Told } from './store.ts'

export interface Delivery {
  /** Durable: stored with the transaction, told to who is connected, resumed by who is not. */
  deliver(tx: Transaction, letters: readonly Letter[]): void
  /** The same for letters that `write` writes when these people's lines are locked. */
  deliverState(
    tx: Transaction,
    userIds: readonly number[],
    write: () => Promise<readonly Letter[]>,
  ): void
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

/** Letters that a transaction will deliver. */
interface Post {
  readonly letters: readonly Letter[]
  /** Of those that tell a state: whose lines it reads under, and what writes them. */
  readonly state?: {
    readonly userIds: readonly number[]
    readonly write: () => Promise<readonly Letter[]>
  }
}

export function createDelivery({ fanout, onError }: DeliveryParts): Delivery {
  const ring = (bells: readonly Bell[]) => void fanout.publish(bells).catch(onError)
  const tellConnected = (userIds: readonly number[], news: News) => {
    const message = JSON.stringify(news)
    ring(userIds.map((userId) => ({ channel: channelOf(userId), message })))
  }

  // The last statements of a transaction: all of its lines are locked in one order, so that no two
  // transactions wait for each other in a circle, and until the commit only. All its bells are rung
  // together.
  const post = gatherUntilCommit(async (tx, posts: readonly Post[]) => {
    const readsState = posts.some(({ state }) => state !== undefined)
    if (readsState) await holdLines(tx, posts.flatMap(peopleOf))
    const letters: Letter[] = []
    for (const one of posts) letters.push(...one.letters, ...((await one.state?.write()) ?? []))
    if (letters.length === 0) return
    const { epoch, told } = await appendLetters(tx, letters)
    tx.afterCommit(() => ring(told.map((one) => bellOf(epoch, one))))
  })

  return {
    deliver: (tx, letters) => post(tx, [{ letters }]),
    deliverState: (tx, userIds, write) => post(tx, [{ letters: [], state: { userIds, write } }]),
    async erase(tx, messageId) {
      const erased = await eraseText(tx, messageId)
      if (erased.length === 0) return
      const places = erased.map(({ epoch, userId, userSeq: number }) => {
        return { line: lineOf(epoch, userId), number }
      })
      tx.afterCommit(() => void fanout.forget(places).catch(onError))
    },
    tellConnected,
    whisper: (tx, userIds, news) => tx.afterCommit(() => tellConnected(userIds, news)),
  }
}

const peopleOf = ({ letters, state }: Post): number[] => [
  ...letters.map((one) => one.userId),
  ...(state?.userIds ?? []),
]

function bellOf(epoch: string, told: Told): Bell {
  const { userId, userSeq: number } = told
  const keep = { line: lineOf(epoch, userId), number }
  return { channel: channelOf(userId), message: bellText(epoch, told), keep }
}
