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
import { pageOf } from '../page.ts'
import { type Answering, answering, type Presence, type RouteRequest } from '../service.ts'
import { listBlocksOf } from './block-store.ts'
import { blockCommands } from './block-commands.ts'
import { type Doer, type FriendParts, friendCommands } from './commands.ts'
import { namePattern } from './search.ts'
import { type ListedRow, listFriendsOf, listRequestsOf } from './store.ts'
import { blockView } from './views.ts'

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
      blockView(await block(doerOf(asked), asked.params.user_id)),
    ),
    answering(unblockUser, (asked) => unblock(doerOf(asked), asked.params.user_id)),
  ]
}

function listRoutes({ database, readPresence }: FriendParts): Answering[] {
  return [
    answering(listFriendRequests, async ({ caller, query }) => {
      const { before_friendship_id: beforeFriendshipId = Number.MAX_SAFE_INTEGER } = query
      const { limit = FRIEND_REQUESTS_LIMIT } = query
      const page = { beforeFriendshipId, limit: limit + 1 }
      const requests = (await listRequestsOf(database, caller.userId, page)).map(requestOf)
      return pageOf(requests, limit, (last) => ({ before_friendship_id: last.friendship_id }))
    }),

    answering(listFriends, async ({ caller, query }) => {
      const { q = '', after_user_id: afterUserId, limit = FRIENDS_LIMIT } = query
      const page = { afterUserId, limit: limit + 1, namePattern: namePattern(q) }
      const rows = await listFriendsOf(database, caller.userId, page)
      const ids = rows.map((row) => row.user_id)
      const presence = await readPresence(database, ids)
      const friends = rows.map((row) => friendOf(row, presence.get(row.user_id)))
      return pageOf(friends, limit, (last) => ({ after_user_id: last.user_id }))
    }),

    answering(listBlocks, async ({ caller, query }) => {
      const { before_user_id: beforeUserId, limit = BLOCKS_LIMIT } = query
      const rows = await listBlocksOf(database, caller.userId, { beforeUserId, limit: limit + 1 })
      return pageOf(rows.map(blockView), limit, (last) => ({ before_user_id: last.user_id }))
    }),
  ]
}

type Asked = Pick<RouteRequest, 'caller' | 'correlationId'>

const doerOf = ({ caller: { userId }, correlationId }: Asked): Doer => ({ userId, correlationId })

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

const iso = (time: Date): string => time.toISOString()
