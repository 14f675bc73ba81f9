// Who comes while a room is busy waits here, on no connection, and then shares one transaction.
import { Problem } from '@sosik/contract/errors'

export interface Turn<Item, Answer> {
  readonly item: Item
  readonly answer: PromiseWithResolvers<Answer>
}

/** So many share a transaction at most: it holds the room's row until its end. */
const TOGETHER_MAX = 16
/** So many wait for a room at most, each in a request that is open: 64 transactions' worth. */
export const WAITING_MAX = 1_024

/**
 * A turn is refused with `Problem('not_ready')` when too many wait for its room already. `serve`
 * settles every answer of its turns, which are of one room, and never rejects.
 */
export function inTurns<Item, Answer>(
  serve: (turns: readonly Turn<Item, Answer>[]) => Promise<void>,
): (roomId: number, item: Item) => Promise<Answer> {
  /** A room is in here while it is busy. */
  const waiting = new Map<number, Turn<Item, Answer>[]>()

  async function open(roomId: number, first: readonly Turn<Item, Answer>[]): Promise<void> {
    const later: Turn<Item, Answer>[] = []
    waiting.set(roomId, later)
    for (let turns = first; turns.length > 0; turns = later.splice(0, TOGETHER_MAX)) {
      await serve(turns)
    }
    waiting.delete(roomId)
  }

  return (roomId, item) => {
    const line = waiting.get(roomId)
    if ((line?.length ?? 0) >= WAITING_MAX) return Promise.reject(new Problem('not_ready'))
    const answer = Promise.withResolvers<Answer>()
    const turn = { item, answer }
    if (line === undefined) void open(roomId, [turn])
    else line.push(turn)
    return answer.promise
  }
}
