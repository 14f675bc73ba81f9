// The friend service: requests, friendships, and lists with fresh profiles.
import type { Sql } from 'sosik/postgres'
import { type Service, tablesOf } from '../service.ts'
import { friendHearing } from './on.ts'
import { type FriendRouteParts, friendRoutes } from './routes.ts'
import { friendIds } from './store.ts'

export interface FriendService extends Service {
  /** Everybody who is a friend of the person now. */
  friendIds(sql: Sql, userId: number): Promise<number[]>
}

export function friendService(parts: FriendRouteParts): FriendService {
  return {
    name: 'friend',
    migrations: tablesOf('friend', import.meta.url),
    routes: friendRoutes(parts),
    hears: [friendHearing()],
    friendIds,
  }
}
