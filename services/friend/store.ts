// The tables of requests, friendships and profile copies.
import type { Sql, Transaction } from 'sosik/postgres'
import type { Person, Profile } from '../service.ts'
import type { FriendState } from './friend.ts'

export interface FriendshipRow {
  readonly friendship_id: number
  readonly requester_id: number
  readonly addressee_id: number
  readonly state: FriendState
}

/** One row of a list: the other person, and when it began. */
export interface ListedRow extends Person {
  readonly friendship_id: number
  readonly sent: boolean
  readonly since: Date
}

const FRIENDSHIP = 'friendship_id, requester_id, addressee_id, state'

/** What is open between two people, held until the transaction ends. */
export async function lockOpen(
  tx: Transaction,
  oneId: number,
  otherId: number,
): Promise<FriendshipRow | undefined> {
  const [row] = await tx.query<FriendshipRow>(
    `select ${FRIENDSHIP} from friend_request
     where least(requester_id, addressee_id) = least($1::bigint, $2::bigint)
       and greatest(requester_id, addressee_id) = greatest($1::bigint, $2::bigint)
       and state in ('requested', 'accepted')
     for update`,
    [oneId, otherId],
  )
  return row
}

export async function lockRequest(
  tx: Transaction,
  friendshipId: number,
): Promise<FriendshipRow | undefined> {
  const [row] = await tx.query<FriendshipRow>(
    `select ${FRIENDSHIP} from friend_request where friendship_id = $1 for update`,
    [friendshipId],
  )
  return row
}

export async function insertRequest(
  tx: Transaction,
  requester: Person,
  addressee: Person,
  createdAt: Date,
): Promise<FriendshipRow> {
  const [row] = await tx.query<FriendshipRow>(
    `insert into friend_request (requester_id, requester_username,
       addressee_id, addressee_username, state, created_at)
     values ($1, $2, $3, $4, 'requested', $5) returning ${FRIENDSHIP}`,
    [requester.user_id, requester.username, addressee.user_id, addressee.username, createdAt],
  )
  return row as FriendshipRow
}

export async function setState(
  tx: Transaction,
  friendshipId: number,
  state: FriendState,
  decidedAt: Date,
): Promise<FriendshipRow> {
  const [row] = await tx.query<FriendshipRow>(
    `update friend_request set state = $2, decided_at = $3
     where friendship_id = $1 returning ${FRIENDSHIP}`,
    [friendshipId, state, decidedAt],
  )
  return row as FriendshipRow
}

/** A copy only moves forward; false when it is newer already than what was given. */
export async function keepProfile(
  tx: Sql,
  userId: number,
  profile: Pick<Person, 'display_name' | 'profile_image_url' | 'status_message'>,
  updatedAt: Profile['updatedAt'],
): Promise<boolean> {
  const kept = await tx.query(
    `insert into friend_profile
       (user_id, display_name, profile_image_url, status_message, updated_at)
     values ($1, $2, $3, $4, $5)
     on conflict (user_id) do update set display_name = excluded.display_name,
       profile_image_url = excluded.profile_image_url,
       status_message = excluded.status_message, updated_at = excluded.updated_at
     where friend_profile.updated_at <= excluded.updated_at returning 1`,
    [userId, profile.display_name, profile.profile_image_url, profile.status_message, updatedAt],
  )
  return kept.length === 1
}

/** Who has the person in a list: as a friend, in an open request, or blocked. Ascending. */
export async function findOnlookers(sql: Sql, userId: number): Promise<number[]> {
  const rows = await sql.query<{ user_id: number }>(
    `select case when requester_id = $1 then addressee_id else requester_id end as user_id
     from friend_request
     where (requester_id = $1 or addressee_id = $1) and state in ('requested', 'accepted')
     union select user_id from friend_block where blocked_user_id = $1
     order by user_id`,
    [userId],
  )
  return rows.map((row) => row.user_id)
}

// Everybody with whom $1 has something in state $2.
const LISTED = `
  select friendship_id, requester_id = $1 as sent, coalesce(decided_at, created_at) as since,
         user_id, case when requester_id = $1 then addressee_username else requester_username end
           as username, display_name, profile_image_url, status_message
  from friend_request join friend_profile
    on user_id = case when requester_id = $1 then addressee_id else requester_id end
  where (requester_id = $1 or addressee_id = $1) and state = $2`

const BY_NAME = 'lower(display_name collate "C"), user_id'

export interface FriendsPage {
  readonly afterUserId: number | undefined
  readonly limit: number
  /** What their names must match; empty for everybody. */
  readonly namePattern: string
}

/**
 * By name, ASCII letters whatever their case; `afterUserId` is the last one of a page. A search
 * looks at the person's friends only, which the indexes give.
 */
export async function listFriendsOf(
  sql: Sql,
  userId: number,
  page: FriendsPage,
): Promise<ListedRow[]> {
  return sql.query(
    `with friend as (${LISTED})
     select * from friend
     where ($3::bigint is null
         or (${BY_NAME}) > (select ${BY_NAME} from friend where user_id = $3))
       and (lower(display_name collate "C") ~ $5 or username ~ $5)
     order by ${BY_NAME} limit $4`,
    [userId, 'accepted', page.afterUserId ?? null, page.limit, page.namePattern],
  )
}

/** Open ones, newest first; `beforeFriendshipId` is the last one of a page. */
export async function listRequestsOf(
  sql: Sql,
  userId: number,
  page: { readonly beforeFriendshipId: number; readonly limit: number },
): Promise<ListedRow[]> {
  return sql.query(`${LISTED} and friendship_id < $3 order by friendship_id desc limit $4`, [
    userId,
    'requested',
    page.beforeFriendshipId,
    page.limit,
  ])
}

/** Ascending. */
export async function friendIds(sql: Sql, userId: number): Promise<number[]> {
  const rows = await sql.query<{ user_id: number }>(
    `select case when requester_id = $1 then addressee_id else requester_id end as user_id
     from friend_request
     where (requester_id = $1 or addressee_id = $1) and state = 'accepted' order by user_id`,
    [userId],
  )
  return rows.map((row) => row.user_id)
}
