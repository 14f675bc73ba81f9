// What a person is told: a letter for their line, and the same news for several people.
import type { DurableNews } from '@sosik/contract/news'
import type { Transaction } from 'sosik/postgres'

interface NewsOf<Type extends keyof DurableNews> {
  readonly type: Type
  /** For people; empty where there is nothing to alert anybody of. */
  readonly title: string
  /** For programs. */
  readonly data: DurableNews[Type]
}

export type News = { readonly [Type in keyof DurableNews]: NewsOf<Type> }[keyof DurableNews]

export type Letter = News & { readonly userId: number }

/** Whose letter it is that a large room tells once, in a line of its own: its id below nought. */
export const roomLine = (roomId: number): number => -roomId

/** Stores letters in people's lines at the end of the transaction, and rings after the commit. */
export type Deliver = (tx: Transaction, letters: readonly Letter[]) => void

/**
 * The same for letters that tell a state: they are written when these people's lines are locked, so
 * what they read then is at least as new as all that the lines tell, and what comes later is later.
 */
export type DeliverState = (
  tx: Transaction,
  userIds: readonly number[],
  write: () => Promise<readonly Letter[]>,
) => void

export function toEach(userIds: readonly number[], news: News): Letter[] {
  return [...new Set(userIds)].map((userId) => ({ userId, ...news }))
}
