// The routes: asking, answering, ending, blocking; and the lists.
import {
  acceptFriend,
  BLOCKS_LIMIT,
  blockUser,
  cancelFriend,
  FRIEND_REQUESTS_LIMIT,
  FRIENDS_LIMIT,
  listBlocks,
  listFriendRequests,
  listFriends,
  rejectFriend,
  removeFriend,
  requestFriend,
  unblockUser,
} from '@sosik/contract/friend'
import { type Answering, answering, type Presence, type RouteRequest } from '../service.ts'
import { type BlockRow, listBlocksOf } from './block-store.ts'
import { blockCommands } from './block-commands.ts'
import { type Doer, type FriendParts, friendCommands } from './commands.ts'
import { namePattern } from './search.ts'
import { type ListedRow, listFriendsOf, listRequestsOf } from './store.ts'

export function friendRoutes(parts: FriendParts): Answering[] {
  return [...commandRoutes(parts), ...listRoutes(parts)]
}

function commandRoutes(parts: FriendParts): Answering[] {
  const { request, answer, remove } = friendCommands(parts)
  const { block, unblock } = blockCommands(parts)
  return [
    answering(requestFriend, (asked) => request(doerOf(asked), asked.body.addressee_id)),
    answering(acceptFriend, (asked) => answer(doerOf(asked), 'accept', asked.params.friendship_id)),
    answering(rejectFriend, (asked) => answer(doerOf(asked), 'reject', asked.params.friendship_id)),
    answering(cancelFriend, (asked) => answer(doerOf(asked), 'cancel', asked.params.friendship_id)),
    answering(removeFriend, (asked) => remove(doerOf(asked), asked.params.user_id)),
    answering(blockUser, async (asked) =>
      blockedOf(await block(doerOf(asked), asked.params.user_id)),
    ),
    answering(unblockUser, (asked) => unblock(doerOf(asked), asked.params.user_id)),
  ]
}

function listRoutes({ database, readPresence }: FriendParts): Answering[] {
  return [
    answering(listFriendRequests, async ({ caller, query }) => {
      const { before_friendship_id: beforeFriendshipId = Number.MAX_SAFE_INTEGER } = query
      const page = { beforeFriendshipId, limit: query.limit ?? FRIEND_REQUESTS_LIMIT }
      const rows = await listRequestsOf(database, caller.userId, page)
      return { items: rows.map(requestOf) }
    }),

    answering(listFriends, async ({ caller, query }) => {
      const { q = '', after_user_id: afterUserId, limit = FRIENDS_LIMIT } = query
      const page = { afterUserId, limit, namePattern: namePattern(q) }
      const rows = await listFriendsOf(database, caller.userId, page)
      const ids = rows.map((row) => row.user_id)
      const presence = await readPresence(database, ids)
      return { items: rows.map((row) => friendOf(row, presence.get(row.user_id))) }
    }),

    answering(listBlocks, async ({ caller, query }) => {
      const page = { beforeUserId: query.before_user_id, limit: query.limit ?? BLOCKS_LIMIT }
      const rows = await listBlocksOf(database, caller.userId, page)
      return { items: rows.map(blockedOf) }
    }),
  ]
}

const doerOf = ({
  caller,
  correlationId,
}: Pick<RouteRequest, 'caller' | 'correlationId'>): Doer => ({
  userId: caller.userId,
  correlationId,
})

function friendOf(
  { friendship_id, since, sent: _sent, ...person }: ListedRow,
  { isOnline, lastSeenAt }: Presence = { isOnline: false, lastSeenAt: undefined },
) {
  return {
    friendship_id,
    ...person,
    since: iso(since),
    is_online: isOnline,
    ...(lastSeenAt !== undefined && { last_seen_at: iso(lastSeenAt) }),
  }
}

function requestOf({ friendship_id, sent, since, ...other }: ListedRow) {
  const direction = sent ? ('sent' as const) : ('received' as const)
  return { friendship_id, direction, other, created_at: iso(since) }
}

const blockedOf = (row: BlockRow) => ({ ...row, blocked_at: iso(row.blocked_at) })

const iso = (time: Date): string => time.toISOString()
