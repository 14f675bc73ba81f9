// Who is told what of friendships: the letters that an event of one becomes.
import type { Friend, FriendRequest } from '@sosik/contract/friend'
import type { NewEvent } from 'sosik/catalogue'
import type { Sql, Transaction } from 'sosik/postgres'
import type { Static } from 'typebox'
import { type Deliver, type Hold, toEach } from '../letters.ts'
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
}

export interface FriendNewsParts extends FriendAnswers {
  readonly deliver: Deliver
  readonly hold: Hold
}

export function friendNews(parts: FriendNewsParts, { notify, close }: Notices) {
  const { deliver, hold } = parts
  const peopleOf = (data: Friendship) => [data.requester_id, data.addressee_id]

  /** What both may be told as the state of now: whatever changes it is told after it. */
  async function viewsNow(tx: Transaction, data: Friendship) {
    await hold(tx, peopleOf(data))
    return parts.viewsOf(tx, data.friendship_id)
  }

  async function closed(
    tx: Transaction,
    data: Friendship,
    state: 'settled' | 'withdrawn',
  ): Promise<void> {
    const { friendship_id } = data
    await hold(tx, peopleOf(data))
    await close(tx, friendship_id, state)
    const told = toEach(peopleOf(data), {
      type: 'request_closed',
      title: '',
      data: { friendship_id },
    })
    await deliver(tx, told)
  }

  return {
    async asked(tx: Transaction, data: Friendship, time: string): Promise<NewEvent[]> {
      const { friendship_id, requester_id: userId } = data
      const views = await viewsNow(tx, data)
      const [own, other] = peopleOf(data).map((one) => views.get(one)?.request)
      if (own !== undefined) {
        const told = { friendship_id, request: own }
        await deliver(tx, [{ userId, type: 'own_friend_request', title: '', data: told }])
      }
      return notify(tx, friendRequest(data), time, other && { request: other })
    },

    async accepted(tx: Transaction, data: Friendship, time: string): Promise<NewEvent[]> {
      const { friendship_id, addressee_id: userId } = data
      const views = await viewsNow(tx, data)
      const [other, own] = peopleOf(data).map((one) => views.get(one)?.friend)
      await close(tx, friendship_id, 'settled')
      if (own !== undefined) {
        const told = { friendship_id, friend: own }
        await deliver(tx, [{ userId, type: 'friend_added', title: '', data: told }])
      }
      return notify(tx, friendRequestAccepted(data), time, other && { friend: other })
    },

    /** The requester's list loses it too, and does not say why. */
    rejected: (tx: Transaction, data: Friendship) => closed(tx, data, 'settled'),

    cancelled: (tx: Transaction, data: Friendship) => closed(tx, data, 'withdrawn'),
  }
}
