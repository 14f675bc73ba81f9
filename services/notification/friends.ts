// Who is told what of friendships and blocks: the letters that an event of one becomes.
import type {
  Blocked,
  Friend,
  FriendRemoved,
  FriendRequest,
  UserBlocked,
  UserUnblocked,
} from '@sosik/contract/friend'
import type { DataOf, NewEvent } from 'sosik/catalogue'
import type { Sql, Transaction } from 'sosik/postgres'
import type { Static } from 'typebox'
import { type Deliver, type Letter, type News, toEach } from '../letters.ts'
import { keepNotice, type NoticeParts, settleRequest, withdrawRequest } from './notices.ts'
import {
  friendRequest,
  friendRequestAccepted,
  type Friendship,
  type Notice,
} from './notification.ts'

/** A friendship as one of the two lists it: as it was asked, and since it was accepted. */
interface FriendshipView {
  readonly request: Static<typeof FriendRequest>
  readonly friend: Static<typeof Friend>
}

/** What the friend service answers; the server wires it. */
export interface FriendAnswers {
  /** By the reader's id; empty for a friendship that is not known. */
  readonly viewsOf: (sql: Sql, friendshipId: number) => Promise<ReadonlyMap<number, FriendshipView>>
  /** A block as its owner lists it; nothing where it has ended. */
  readonly blockOf: (
    sql: Sql,
    userId: number,
    blockedId: number,
  ) => Promise<Static<typeof Blocked> | undefined>
}

export interface FriendNewsParts extends FriendAnswers, NoticeParts {
  readonly deliver: Deliver
}

/** What one of the two does, and the other is notified of. */
interface Deed {
  readonly doerId: number
  /** What the doer's own devices hear; the other one hears the same beside the notification. */
  readonly newsOf: (view: FriendshipView) => News
  readonly notice: Notice
}

export function friendNews({ deliver, deliverState, newId, viewsOf }: FriendNewsParts) {
  const peopleOf = (data: Friendship) => [data.requester_id, data.addressee_id]

  function done(tx: Transaction, data: Friendship, time: string, deed: Deed): NewEvent[] {
    const { doerId, newsOf, notice } = deed
    const { store, sent } = keepNotice(notice, newId(), time)
    deliverState(tx, peopleOf(data), async () => {
      const views = await viewsOf(tx, data.friendship_id)
      const [mine, theirs] = [views.get(doerId), views.get(notice.userId)]
      const own: Letter[] = mine ? [{ userId: doerId, ...newsOf(mine) }] : []
      return [...own, await store(tx, theirs && newsOf(theirs).data)]
    })
    return [sent]
  }

  function closed(tx: Transaction, data: Friendship, close: typeof settleRequest): void {
    const { friendship_id } = data
    deliverState(tx, peopleOf(data), () => close(tx, friendship_id))
    const told = { type: 'request_closed', title: '', data: { friendship_id } } as const
    deliver(tx, toEach(peopleOf(data), told))
  }

  return {
    asked: (tx: Transaction, data: Friendship, time: string): NewEvent[] =>
      done(tx, data, time, {
        doerId: data.requester_id,
        newsOf({ request }) {
          const { friendship_id } = request
          return { type: 'own_friend_request', title: '', data: { friendship_id, request } }
        },
        notice: friendRequest(data),
      }),

    accepted(tx: Transaction, data: Friendship, time: string): NewEvent[] {
      deliverState(tx, peopleOf(data), () => settleRequest(tx, data.friendship_id))
      return done(tx, data, time, {
        doerId: data.addressee_id,
        newsOf({ friend }) {
          const { friendship_id } = friend
          return { type: 'friend_added', title: '', data: { friendship_id, friend } }
        },
        notice: friendRequestAccepted(data),
      })
    },

    /** The requester's list loses it too, and does not say why. */
    rejected: (tx: Transaction, data: Friendship): void => closed(tx, data, settleRequest),

    cancelled: (tx: Transaction, data: Friendship): void => closed(tx, data, withdrawRequest),
  }
}

/** What is told where friendships end and blocks come and go: it notifies nobody. */
export function partingNews({ deliver, deliverState, blockOf }: FriendNewsParts) {
  return {
    /** To each of the two, who is not in their list any more; not which of them did it. */
    removed(tx: Transaction, data: DataOf<typeof FriendRemoved>): void {
      const { friendship_id, requester_id, addressee_id, timestamp } = data
      const letter = (userId: number, goneId: number): Letter => ({
        userId,
        type: 'friend_removed',
        title: '',
        data: { friendship_id, user_id: goneId, timestamp },
      })
      deliver(tx, [letter(requester_id, addressee_id), letter(addressee_id, requester_id)])
    },

    /** Only the person's own devices. */
    blocked(tx: Transaction, { user_id, blocked_user_id }: DataOf<typeof UserBlocked>): void {
      deliverState(tx, [user_id], async () => {
        const blocked = await blockOf(tx, user_id, blocked_user_id)
        const data = { user_id: blocked_user_id, ...(blocked && { blocked }) }
        return [{ userId: user_id, type: 'user_blocked', title: '', data }]
      })
    },

    unblocked(tx: Transaction, data: DataOf<typeof UserUnblocked>): void {
      const { user_id: userId, blocked_user_id: user_id, timestamp } = data
      deliver(tx, [{ userId, type: 'user_unblocked', title: '', data: { user_id, timestamp } }])
    },
  }
}
