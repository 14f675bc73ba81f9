// Asking, accepting, rejecting and cancelling; and the lists.
import { Problem } from '@sosik/contract/errors'
import {
  acceptFriend,
  cancelFriend,
  FRIEND_REQUESTS_LIMIT,
  FriendRequestAccepted,
  FriendRequestCancelled,
  FriendRequestRejected,
  FriendRequestSent,
  FRIENDS_LIMIT,
  listFriendRequests,
  listFriends,
  rejectFriend,
  requestFriend,
} from '@sosik/contract/friend'
import type { Clock } from 'sosik'
import { type Database, sqlState, type Transaction } from 'sosik/postgres'
import { type Announce, type Answering, answering, type ReadProfiles } from '../service.ts'
import { ask, type Decision, decide, type FriendAction, type FriendState } from './friend.ts'
import {
  type FriendshipRow,
  insertRequest,
  keepProfile,
  type ListedRow,
  listFriendsOf,
  listRequestsOf,
  lockOpen,
  lockRequest,
  setState,
} from './store.ts'

export interface FriendRouteParts {
  readonly database: Database
  readonly announce: Announce
  readonly readProfiles: ReadProfiles
  readonly clock: Clock
}

const UNIQUE_VIOLATION = '23505'

const EVENTS = {
  requested: FriendRequestSent,
  accepted: FriendRequestAccepted,
  rejected: FriendRequestRejected,
  cancelled: FriendRequestCancelled,
} as const satisfies Record<FriendState, unknown>

export function friendRoutes(parts: FriendRouteParts): Answering[] {
  const { database } = parts
  const { request, answer } = friendCommands(parts)
  return [
    answering(requestFriend, ({ caller, body, correlationId }) => {
      const again = () => request(caller.userId, body.addressee_id, correlationId)
      // Two who ask each other at one moment: the index lets one in, the other then sees it.
      return again().catch((error: unknown) => {
        if (sqlState(error) !== UNIQUE_VIOLATION) throw error
        return again()
      })
    }),
    answering(acceptFriend, ({ caller, params, correlationId }) =>
      answer('accept', caller.userId, params.friendship_id, correlationId),
    ),
    answering(rejectFriend, ({ caller, params, correlationId }) =>
      answer('reject', caller.userId, params.friendship_id, correlationId),
    ),
    answering(cancelFriend, ({ caller, params, correlationId }) =>
      answer('cancel', caller.userId, params.friendship_id, correlationId),
    ),
    answering(listFriendRequests, async ({ caller, query }) => {
      const { before_friendship_id: beforeFriendshipId = Number.MAX_SAFE_INTEGER } = query
      const page = { beforeFriendshipId, limit: query.limit ?? FRIEND_REQUESTS_LIMIT }
      const rows = await listRequestsOf(database, caller.userId, page)
      return { items: rows.map(requestOf) }
    }),
    answering(listFriends, async ({ caller, query }) => {
      const page = { afterUserId: query.after_user_id, limit: query.limit ?? FRIENDS_LIMIT }
      const rows = await listFriendsOf(database, caller.userId, page)
      return { items: rows.map(friendOf) }
    }),
  ]
}

/** The two commands: each one transaction that decides, stores and announces. */
function friendCommands({ database, announce, readProfiles, clock }: FriendRouteParts) {
  const now = () => new Date(clock.nowMs())

  /** Both people with their copies kept; throws `not_found` when one does not exist. */
  async function bothOf(tx: Transaction, requesterId: number, addresseeId: number) {
    const profiles = await readProfiles(tx, [requesterId, addresseeId])
    const [requester, addressee] = [profiles.get(requesterId), profiles.get(addresseeId)]
    if (requester === undefined || addressee === undefined) throw new Problem('not_found')
    // In one order everywhere, so that two commands never wait for each other's copies.
    const sorted = [requester, addressee].sort((a, b) => a.person.user_id - b.person.user_id)
    for (const { person, updatedAt } of sorted) {
      await keepProfile(tx, person.user_id, person, updatedAt)
    }
    return { requester: requester.person, addressee: addressee.person }
  }

  async function tell(tx: Transaction, row: FriendshipRow, correlationId: string) {
    const people = await bothOf(tx, row.requester_id, row.addressee_id)
    const event = EVENTS[row.state].of({
      friendship_id: row.friendship_id,
      requester_id: row.requester_id,
      requester_name: people.requester.display_name,
      addressee_id: row.addressee_id,
      addressee_name: people.addressee.display_name,
      timestamp: now().toISOString(),
    })
    await announce(tx, [event], correlationId)
    return row
  }

  return {
    request: (userId: number, addresseeId: number, correlationId: string) =>
      database.transaction(async (tx) => {
        const open = await lockOpen(tx, userId, addresseeId)
        const meaning = outcomeOf(ask(open, userId, addresseeId))
        if (meaning === 'accept' && open !== undefined) {
          const accepted = await setState(tx, open.friendship_id, 'accepted', now())
          return tell(tx, accepted, correlationId)
        }
        const { requester, addressee } = await bothOf(tx, userId, addresseeId)
        return tell(tx, await insertRequest(tx, requester, addressee, now()), correlationId)
      }),
    answer: (action: FriendAction, userId: number, friendshipId: number, correlationId: string) =>
      database.transaction(async (tx) => {
        const state = outcomeOf(decide(await lockRequest(tx, friendshipId), userId, action))
        return tell(tx, await setState(tx, friendshipId, state, now()), correlationId)
      }),
  }
}

function friendOf({ friendship_id, since, sent: _sent, ...person }: ListedRow) {
  return { friendship_id, ...person, since: iso(since) }
}

function requestOf({ friendship_id, sent, since, ...other }: ListedRow) {
  const direction = sent ? ('sent' as const) : ('received' as const)
  return { friendship_id, direction, other, created_at: iso(since) }
}

const iso = (time: Date): string => time.toISOString()

function outcomeOf<Outcome>(decision: Decision<Outcome>): Outcome {
  if (decision.problem !== undefined) throw new Problem(decision.problem)
  return decision.outcome
}
