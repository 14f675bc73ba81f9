// What the friend service's tests stand on: the service with people, and ears for what it says.
import {
  acceptFriend,
  blockUser,
  cancelFriend,
  listBlocks,
  listFriendRequests,
  listFriends,
  rejectFriend,
  removeFriend,
  requestFriend,
  unblockUser,
} from '@sosik/contract/friend'
import type { AnswerOf } from '@sosik/contract/route'
import { type Database, migrate } from 'sosik/postgres'
import { scratchDatabase, scratchPglite } from 'sosik/testing'
import { type Announced, ask, hear, rememberAnnounced } from '../rehearsal.ts'
import type { Letter } from '../letters.ts'
import type { Presence, Profile } from '../service.ts'
import type { FriendAction } from './friend.ts'
import { type FriendService, friendService } from './index.ts'

export const START_MS = Date.parse('2026-01-27T12:00:00.000Z')
export type Friendship = AnswerOf<typeof requestFriend>

const ROUTES = { accept: acceptFriend, reject: rejectFriend, cancel: cancelFriend }

export interface Stage extends Announced {
  /** In the process, or on a server. */
  readonly where: string
  readonly database: Database
  readonly friend: FriendService
  /** What was told of changed profiles. */
  readonly letters: Letter[]
  /** Who lets be known when they are here. */
  readonly presence: Map<number, Presence>
  /** What chat was told of pairs, also by transactions that were rolled back. */
  readonly barred: [oneId: number, otherId: number, isBarred: boolean][]
  /** Called inside a command, after it has read profiles that it has not written yet. */
  profilesRead: () => Promise<void>
  /** A person whom the user service knows. */
  readonly somebody: (displayName?: string) => number
  /** Asks for friendship. */
  readonly request: (userId: number, addresseeId: number) => Promise<Friendship>
  readonly answer: (
    userId: number,
    action: FriendAction,
    friendshipId: number,
  ) => Promise<Friendship>
  readonly befriend: (userId: number, otherId: number) => Promise<number>
  readonly remove: (userId: number, otherId: number) => Promise<void>
  readonly block: (userId: number, otherId: number) => Promise<AnswerOf<typeof blockUser>>
  readonly unblock: (userId: number, otherId: number) => Promise<void>
  readonly blocks: (userId: number, query?: object) => Promise<AnswerOf<typeof listBlocks>['items']>
  readonly friends: (
    userId: number,
    query?: object,
  ) => Promise<AnswerOf<typeof listFriends>['items']>
  readonly requests: (
    userId: number,
    query?: object,
  ) => Promise<AnswerOf<typeof listFriendRequests>['items']>
  /** Handles `UserProfileUpdated` in a transaction of its own. */
  readonly hearProfile: (userId: number, displayName: string, atMs: number) => Promise<void>
}

/** The same on PostgreSQL inside the process and on a server. */
export const openStages = async (): Promise<Stage[]> => [
  await openStage('in the process', await scratchPglite()),
  await openStage('on a server', await scratchDatabase()),
]

/** Each look at the clock is 1 ms later. */
export async function openStage(where: string, database: Database): Promise<Stage> {
  const announced = rememberAnnounced()
  const people = new Map<number, Profile>()
  let nowMs = START_MS
  const friend = friendService({
    database,
    announce: announced.announce,
    deliver: (_tx, letters) => void stage.letters.push(...letters),
    clock: { nowMs: () => nowMs++, after: () => () => {} },
    readPresence: async (_sql, userIds) =>
      new Map([...stage.presence].filter(([userId]) => userIds.includes(userId))),
    setBarred: async (_tx, ...barred) => void stage.barred.push(barred),
    async readProfiles(_sql, userIds) {
      const read = new Map([...people].filter(([userId]) => userIds.includes(userId)))
      await stage.profilesRead()
      return read
    },
  })
  const stage: Stage = {
    ...announced,
    where,
    database,
    friend,
    letters: [],
    presence: new Map(),
    barred: [],
    profilesRead: () => Promise.resolve(),
    somebody(displayName) {
      const userId = people.size + 1
      people.set(userId, profileOf(userId, displayName))
      return userId
    },
    request: (userId, addressee_id) =>
      ask(friend, requestFriend, userId, { body: { addressee_id } }),
    answer: (userId, action, friendship_id) =>
      ask(friend, ROUTES[action], userId, { params: { friendship_id } }),
    async befriend(userId, otherId) {
      const { friendship_id } = await stage.request(userId, otherId)
      await stage.answer(otherId, 'accept', friendship_id)
      return friendship_id
    },
    async remove(userId, user_id) {
      await ask(friend, removeFriend, userId, { params: { user_id } })
    },
    block: (userId, user_id) => ask(friend, blockUser, userId, { params: { user_id } }),
    async unblock(userId, user_id) {
      await ask(friend, unblockUser, userId, { params: { user_id } })
    },
    blocks: async (userId, query = {}) => (await ask(friend, listBlocks, userId, { query })).items,
    friends: async (userId, query = {}) =>
      (await ask(friend, listFriends, userId, { query })).items,
    requests: async (userId, query = {}) =>
      (await ask(friend, listFriendRequests, userId, { query })).items,
    async hearProfile(userId, displayName, atMs) {
      const { username: _, ...profile } = profileOf(userId, displayName).person
      const timestamp = new Date(atMs).toISOString()
      await hear(friend, database, 'UserProfileUpdated', { ...profile, timestamp })
    },
  }
  await migrate(database, friend.migrations)
  return stage
}

export function profileOf(userId: number, displayName = `Person ${userId}`): Profile {
  const common = { profile_image_url: '', status_message: '' }
  const person = { user_id: userId, username: `person_${userId}`, display_name: displayName }
  return { person: { ...person, ...common }, updatedAt: new Date(START_MS) }
}
