// What a block bars in chat: new rooms with each other, and words in the direct room of the two.
import { Problem } from '@sosik/contract/errors'
import type { Sql, Transaction } from 'sosik/postgres'
import { barredFrom } from '../store/barriers.ts'
import type { ChatParts } from './parts.ts'

/** Throws unless the person may bring all of these into a room. */
export async function requireReach(
  { barrier }: ChatParts,
  tx: Transaction,
  userId: number,
  memberIds: readonly number[],
): Promise<void> {
  const others = memberIds.filter((one) => one !== userId)
  const barred = await barrier(tx, userId, others)
  if (barred !== undefined) throw new Problem(barred)
}

/** Why somebody could not speak in a room: they are not in it, or a block bars it. */
export async function silence(
  { barrier }: ChatParts,
  sql: Sql,
  roomId: number,
  userId: number,
): Promise<Problem> {
  const otherId = await barredFrom(sql, roomId, userId)
  const barred = otherId === undefined ? undefined : await barrier(sql, userId, [otherId])
  return new Problem(barred ?? 'not_found')
}
