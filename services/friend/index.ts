// The friend service: requests, friendships, and lists with fresh profiles.
import type { Sql } from 'sosik/postgres'
import type { Deliver } from '../letters.ts'
import { type Service, tablesOf } from '../service.ts'
import { friendHearing } from './on.ts'
import { type FriendRouteParts, friendRoutes } from './routes.ts'
import { friendIds } from './store.ts'
import { type FriendshipView, readViews } from './views.ts'

export interface FriendService extends Service {
  /** Everybody who is a friend of the person now. */
  friendIds(sql: Sql, userId: number): Promise<number[]>
  /** A friendship as each of the two lists it, by the reader's id. */
  viewsOf(sql: Sql, friendshipId: number): Promise<ReadonlyMap<number, FriendshipView>>
}

export function friendService(
  parts: FriendRouteParts & { readonly deliver: Deliver },
): FriendService {
  return {
    name: 'friend',
    migrations: tablesOf('friend', import.meta.url),
    routes: friendRoutes(parts),
    hears: [friendHearing(parts.deliver)],
    friendIds,
    viewsOf: readViews,
  }
}
