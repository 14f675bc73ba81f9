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

/** Stores letters in people's lines and rings after the commit; one a person at most. */
export type Deliver = (tx: Transaction, letters: readonly Letter[]) => Promise<void>

/** Locks people's lines: what is read after this may be told as the state of then. */
export type Hold = (tx: Transaction, userIds: readonly number[]) => Promise<void>

export function toEach(userIds: readonly number[], news: News): Letter[] {
  return [...new Set(userIds)].map((userId) => ({ userId, ...news }))
}
