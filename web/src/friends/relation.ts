// What somebody is to me already: pure.
import type { State } from '@sosik/client'

export type Relation = 'itIsYou' | 'blocked' | 'isFriend' | 'asked' | 'none'

type Lists = Pick<State, 'friends' | 'friendRequests' | 'blocks'>

export function relationTo(userId: number, myId: number, lists: Lists): Relation {
  if (userId === myId) return 'itIsYou'
  const isThem = (one: { readonly user_id: number }) => one.user_id === userId
  if (lists.blocks.some(isThem)) return 'blocked'
  if (lists.friends.some(isThem)) return 'isFriend'
  const isAsked = lists.friendRequests.some(
    ({ direction, other }) => direction === 'sent' && isThem(other),
  )
  return isAsked ? 'asked' : 'none'
}
