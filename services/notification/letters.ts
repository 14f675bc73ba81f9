// What a person is told: a letter for their line, and the same news for several people.
import type { Transaction } from 'sosik/postgres'

export interface News {
  readonly type: string
  /** For people; empty where there is nothing to alert anybody of. */
  readonly title: string
  /** For programs. */
  readonly data: object
}

export interface Letter extends News {
  readonly userId: number
}

/** Stores letters in people's lines and rings after the commit; one a person at most. */
export type Deliver = (tx: Transaction, letters: readonly Letter[]) => Promise<void>

export function toEach(userIds: readonly number[], news: News): Letter[] {
  return [...new Set(userIds)].map((userId) => ({ userId, ...news }))
}
