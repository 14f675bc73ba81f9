// The friend service: requests, friendships and blocks, and lists with fresh profiles.
import type { Sql } from 'sosik/postgres'
import type { Deliver } from '../letters.ts'
import { type Barriers, type Service, tablesOf } from '../service.ts'
import { findBlockers, lockPair } from './block-store.ts'
import type { FriendParts } from './commands.ts'
import { barrier } from './friend.ts'
import { friendHearing } from './on.ts'
import { friendRoutes } from './routes.ts'
import { friendIds } from './store.ts'
import { type BlockView, type FriendshipView, readBlock, readViews } from './views.ts'

/** What it answers to other services, asked in their transaction or outside of one. */
export interface FriendAnswers extends Barriers {
  /** Everybody who is a friend of the person now. */
  readonly friendIds: (sql: Sql, userId: number) => Promise<number[]>
  /** A friendship as each of the two lists it, by the reader's id. */
  readonly viewsOf: (sql: Sql, friendshipId: number) => Promise<ReadonlyMap<number, FriendshipView>>
  /** A block as its owner lists it; nothing where it has ended. */
  readonly blockOf: (sql: Sql, userId: number, blockedId: number) => Promise<BlockView | undefined>
}

export interface FriendService extends Service {
  readonly answers: FriendAnswers
}

export function friendService(parts: FriendParts & { readonly deliver: Deliver }): FriendService {
  return {
    name: 'friend',
    migrations: tablesOf('friend', import.meta.url, ['tables', 'blocks']),
    routes: friendRoutes(parts),
    hears: [friendHearing(parts.deliver)],
    answers: {
      friendIds,
      viewsOf: readViews,
      blockOf: readBlock,
      barrier: async (sql, userId, otherIds) =>
        barrier(await findBlockers(sql, userId, otherIds), userId),
      lockPair,
    },
  }
}
