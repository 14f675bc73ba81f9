// Asking, answering and ending: each command is one transaction that decides, stores and announces.
import { Problem } from '@sosik/contract/errors'
import type { Clock } from 'sosik'
import type { Database, Transaction } from 'sosik/postgres'
import type { Announce, ReadPresence, ReadProfiles, SetBarred } from '../service.ts'
import { lockBetween } from './block-store.ts'
import { ask, type Decision, decide, type FriendAction } from './friend.ts'
import { type FriendshipRow, insertRequest, lockRequest, setState } from './store.ts'
import { meet, storyOf } from './story.ts'

export interface FriendParts {
  readonly database: Database
  readonly announce: Announce
  readonly readProfiles: ReadProfiles
  readonly readPresence: ReadPresence
  /** Whether one of a pair blocks the other: in their direct room nobody speaks meanwhile. */
  readonly setBarred: SetBarred
  readonly clock: Clock
}

/** Whose command it is, and the id of all that follows from it. */
export interface Doer {
  readonly userId: number
  readonly correlationId: string
}

export function friendCommands({ database, announce, readProfiles, clock }: FriendParts) {
  const now = () => new Date(clock.nowMs())

  async function tell(tx: Transaction, row: FriendshipRow, { userId, correlationId }: Doer) {
    const event = await storyOf(tx, readProfiles, row, { byId: userId, at: now() })
    await announce(tx, [event], correlationId)
    return row
  }

  return {
    request: (doer: Doer, addresseeId: number) =>
      database.transaction(async (tx) => {
        const { userId } = doer
        const between = await lockBetween(tx, userId, addresseeId)
        const meaning = outcomeOf(ask(between, userId, addresseeId))
        const { open } = between
        if (meaning === 'accept' && open !== undefined) {
          return tell(tx, await setState(tx, open.friendship_id, 'accepted', now()), doer)
        }
        const { requester, addressee } = await meet(tx, readProfiles, userId, addresseeId)
        return tell(tx, await insertRequest(tx, requester, addressee, now()), doer)
      }),

    answer: (doer: Doer, action: FriendAction, friendshipId: number) =>
      database.transaction(async (tx) => {
        const state = outcomeOf(decide(await lockRequest(tx, friendshipId), doer.userId, action))
        return tell(tx, await setState(tx, friendshipId, state, now()), doer)
      }),

    remove: (doer: Doer, otherId: number) =>
      database.transaction(async (tx) => {
        const { open } = await lockBetween(tx, doer.userId, otherId)
        if (open?.state !== 'accepted') throw new Problem('not_found')
        await tell(tx, await setState(tx, open.friendship_id, 'removed', now()), doer)
      }),
  }
}

function outcomeOf<Outcome>(decision: Decision<Outcome>): Outcome {
  if (decision.problem !== undefined) throw new Problem(decision.problem)
  return decision.outcome
}
