// How friendships and blocks look to the people whose they are, as their lists show them.
import type { Blocked, Friend, FriendRequest } from '@sosik/contract/friend'
import type { Sql } from 'sosik/postgres'
import type { Static } from 'typebox'
import type { Person } from '../service.ts'
import { type BlockRow, findBlock } from './block-store.ts'

export interface FriendshipView {
  /** As it was asked. */
  readonly request: Static<typeof FriendRequest>
  /** As it is since it was accepted. */
  readonly friend: Static<typeof Friend>
}

export type BlockView = Static<typeof Blocked>

interface ViewRow extends Person {
  readonly reader_id: number
  readonly friendship_id: number
  readonly sent: boolean
  readonly created_at: Date
  readonly since: Date
}

/** By the id of who looks; of both people, or empty for a friendship that is not known. */
export async function readViews(
  sql: Sql,
  friendshipId: number,
): Promise<ReadonlyMap<number, FriendshipView>> {
  const rows = await sql.query<ViewRow>(
    `select reader_id, friendship_id, reader_id = requester_id as sent, created_at,
       coalesce(decided_at, created_at) as since,
       user_id, username, display_name, profile_image_url, status_message
     from friend_request cross join lateral (values
       (requester_id, addressee_id, addressee_username),
       (addressee_id, requester_id, requester_username)) as side (reader_id, user_id, username)
     join friend_profile using (user_id)
     where friendship_id = $1`,
    [friendshipId],
  )
  return new Map(rows.map((row) => [row.reader_id, viewOf(row)]))
}

function viewOf({
  reader_id: _readerId,
  friendship_id,
  sent,
  created_at,
  since,
  ...other
}: ViewRow) {
  const direction = sent ? ('sent' as const) : ('received' as const)
  return {
    request: { friendship_id, direction, other, created_at: created_at.toISOString() },
    friend: { friendship_id, ...other, since: since.toISOString() },
  }
}

/** Nothing where it has ended. */
export async function readBlock(
  sql: Sql,
  userId: number,
  blockedId: number,
): Promise<BlockView | undefined> {
  const row = await findBlock(sql, userId, blockedId)
  return row && blockView(row)
}

export const blockView = (row: BlockRow): BlockView => ({
  ...row,
  blocked_at: row.blocked_at.toISOString(),
})
