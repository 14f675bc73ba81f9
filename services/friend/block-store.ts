// The table of blocks, and the lock of a pair.
import type { Sql, Transaction } from 'sosik/postgres'
import type { Person } from '../service.ts'
import type { Between } from './friend.ts'
import { type FriendshipRow, lockOpen } from './store.ts'

/** Keeps our advisory locks apart from the toolkit's: the first of the two numbers. */
const PAIR_SPACE = 0x667269

export interface BlockRow extends Person {
  readonly blocked_at: Date
}

/**
 * Holds what stands between two people until the commit, also where nothing stands yet: a request
 * and a block that cross would each not see the other's row. It is taken before any other lock.
 */
export async function lockPair(tx: Transaction, oneId: number, otherId: number): Promise<void> {
  const [low, high] = oneId < otherId ? [oneId, otherId] : [otherId, oneId]
  await tx.query(`select pg_advisory_xact_lock(${PAIR_SPACE}, hashtext($1))`, [`${low}/${high}`])
}

/** What stands between two people, held. */
export async function lockBetween(
  tx: Transaction,
  oneId: number,
  otherId: number,
): Promise<Between<FriendshipRow>> {
  await lockPair(tx, oneId, otherId)
  const open = await lockOpen(tx, oneId, otherId)
  return { open, blockerIds: await findBlockers(tx, oneId, [otherId]) }
}

/** Who blocks whom between a person and others, on either side; each once, by id. */
export async function findBlockers(
  sql: Sql,
  userId: number,
  otherIds: readonly number[],
): Promise<number[]> {
  const rows = await sql.query<{ user_id: number }>(
    `select distinct user_id from friend_block
     where (user_id = $1 and blocked_user_id = any($2::bigint[]))
       or (user_id = any($2::bigint[]) and blocked_user_id = $1)
     order by user_id`,
    [userId, otherIds],
  )
  return rows.map((row) => row.user_id)
}

export async function insertBlock(
  tx: Transaction,
  userId: number,
  person: Person,
  createdAt: Date,
): Promise<void> {
  await tx.query(
    `insert into friend_block (user_id, blocked_user_id, blocked_username, created_at)
     values ($1, $2, $3, $4)`,
    [userId, person.user_id, person.username, createdAt],
  )
}

export async function deleteBlock(
  tx: Transaction,
  userId: number,
  blockedId: number,
): Promise<void> {
  await tx.query('delete from friend_block where user_id = $1 and blocked_user_id = $2', [
    userId,
    blockedId,
  ])
}

const BLOCKED = `
  select profile.user_id, blocked_username as username, display_name, profile_image_url,
    status_message, block.created_at as blocked_at
  from friend_block as block join friend_profile as profile on profile.user_id = blocked_user_id
  where block.user_id = $1`

export async function findBlock(
  sql: Sql,
  userId: number,
  blockedId: number,
): Promise<BlockRow | undefined> {
  const [row] = await sql.query<BlockRow>(`${BLOCKED} and blocked_user_id = $2`, [
    userId,
    blockedId,
  ])
  return row
}

/** The last blocked first; `beforeUserId` is the last one of a page. */
export function listBlocksOf(
  sql: Sql,
  userId: number,
  page: { readonly beforeUserId: number | undefined; readonly limit: number },
): Promise<BlockRow[]> {
  return sql.query<BlockRow>(
    `${BLOCKED} and ($2::bigint is null or (block.created_at, blocked_user_id) <
       (select created_at, blocked_user_id from friend_block
        where user_id = $1 and blocked_user_id = $2))
     order by block.created_at desc, blocked_user_id desc limit $3`,
    [userId, page.beforeUserId ?? null, page.limit],
  )
}
