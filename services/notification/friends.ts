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
import { type Deliver, type DeliverState, type Letter, toEach } from '../letters.ts'
import type { Notices } from './notices.ts'
import { friendRequest, friendRequestAccepted, type Friendship } from './notification.ts'

/** What the friend service answers; the server wires it. */
export interface FriendAnswers {
  /** A friendship as each of the two lists it, by the reader's id; empty for an unknown one. */
  readonly viewsOf: (
    sql: Sql,
    friendshipId: number,
  ) => Promise<
    ReadonlyMap<
      number,
      {
        readonly request: Static<typeof FriendRequest>
        readonly friend: Static<typeof Friend>
      }
    >
  >
  /** A block as its owner lists it; nothing where it has ended. */
  readonly blockOf: (
    sql: Sql,
    userId: number,
    blockedId: number,
  ) => Promise<Static<typeof Blocked> | undefined>
}

export interface FriendNewsParts extends FriendAnswers {
  readonly deliver: Deliver
  readonly deliverState: DeliverState
}

export function friendNews(parts: FriendNewsParts, { keep, close }: Notices) {
  const { deliver, deliverState, viewsOf } = parts
  const peopleOf = (data: Friendship) => [data.requester_id, data.addressee_id]

  async function closed(
    tx: Transaction,
    data: Friendship,
    state: 'settled' | 'withdrawn',
  ): Promise<void> {
    const { friendship_id } = data
    await close(tx, friendship_id, state)
    const told = { type: 'request_closed', title: '', data: { friendship_id } } as const
    deliver(tx, toEach(peopleOf(data), told))
  }

  return {
    async asked(tx: Transaction, data: Friendship, time: string): Promise<NewEvent[]> {
      const { friendship_id, requester_id: userId } = data
      const { letter, sent } = await keep(tx, friendRequest(data), time)
      deliverState(tx, peopleOf(data), async () => {
        const views = await viewsOf(tx, friendship_id)
        const [own, other] = peopleOf(data).map((one) => views.get(one)?.request)
        const told: Letter[] = [letter(other && { request: other })]
        if (own === undefined) return told
        const mine = { friendship_id, request: own }
        return [{ userId, type: 'own_friend_request', title: '', data: mine }, ...told]
      })
      return [sent]
    },

    async accepted(tx: Transaction, data: Friendship, time: string): Promise<NewEvent[]> {
      const { friendship_id, addressee_id: userId } = data
      await close(tx, friendship_id, 'settled')
      const { letter, sent } = await keep(tx, friendRequestAccepted(data), time)
      deliverState(tx, peopleOf(data), async () => {
        const views = await viewsOf(tx, friendship_id)
        const [other, own] = peopleOf(data).map((one) => views.get(one)?.friend)
        const told: Letter[] = [letter(other && { friend: other })]
        if (own === undefined) return told
        const mine = { friendship_id, friend: own }
        return [{ userId, type: 'friend_added', title: '', data: mine }, ...told]
      })
      return [sent]
    },

    /** The requester's list loses it too, and does not say why. */
    rejected: (tx: Transaction, data: Friendship) => closed(tx, data, 'settled'),

    cancelled: (tx: Transaction, data: Friendship) => closed(tx, data, 'withdrawn'),
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
