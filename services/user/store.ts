// The table of accounts.
import { USERS_FOUND_MAX } from '@sosik/contract/user'
import type { Sql, Transaction } from 'sosik/postgres'
import type { Person, Profile } from '../service.ts'
import type { ProfileFields, Registration } from './user.ts'

export interface AccountRow extends Person {
  readonly email: string
  readonly password_hash: string
  readonly created_at: Date
  readonly profile_updated_at: Date
  readonly presence_hidden: boolean
}

export async function insertAccount(
  tx: Transaction,
  given: Required<Registration>,
  passwordHash: string,
  createdAt: Date,
): Promise<AccountRow> {
  const [row] = await tx.query<AccountRow>(
    `insert into user_account
       (email, username, password_hash, display_name, created_at, profile_updated_at)
     values ($1, $2, $3, $4, $5, $5) returning *`,
    [given.email, given.username, passwordHash, given.display_name, createdAt],
  )
  return row as AccountRow
}

/** By username or e-mail address, whatever the case. */
export async function findAccount(sql: Sql, name: string): Promise<AccountRow | undefined> {
  const [row] = await sql.query<AccountRow>(
    `select * from user_account
     where username = lower($1) or lower(email) = lower($1) limit 1`,
    [name],
  )
  return row
}

export async function readAccounts(sql: Sql, userIds: readonly number[]): Promise<AccountRow[]> {
  return sql.query('select * from user_account where user_id = any($1::bigint[])', [userIds])
}

/** The account, held until the transaction ends. */
export async function lockAccount(
  tx: Transaction,
  userId: number,
): Promise<AccountRow | undefined> {
  const [row] = await tx.query<AccountRow>(
    'select * from user_account where user_id = $1 for update',
    [userId],
  )
  return row
}

/** Profile times of one person only ever grow, so that copies know which is newer. */
export async function updateProfileRow(
  tx: Transaction,
  userId: number,
  profile: ProfileFields,
  now: Date,
): Promise<AccountRow> {
  const [row] = await tx.query<AccountRow>(
    `update user_account set display_name = $2, profile_image_url = $3, status_message = $4,
       profile_updated_at = greatest($5, profile_updated_at + interval '1 millisecond')
     where user_id = $1 returning *`,
    [userId, profile.display_name, profile.profile_image_url, profile.status_message, now],
  )
  return row as AccountRow
}

export async function findByPrefix(sql: Sql, prefix: string): Promise<AccountRow[]> {
  const pattern = `${prefix.replace(/[\\%_]/g, '\\$&')}%`
  return sql.query(
    `select * from user_account where username like lower($1)
     order by username collate "C" limit $2`,
    [pattern, USERS_FOUND_MAX],
  )
}

export async function readProfiles(
  sql: Sql,
  userIds: readonly number[],
): Promise<ReadonlyMap<number, Profile>> {
  const rows = await readAccounts(sql, userIds)
  return new Map(
    rows.map((row) => [row.user_id, { person: personOf(row), updatedAt: row.profile_updated_at }]),
  )
}

export function personOf(row: AccountRow): Person {
  const { user_id, username, display_name, profile_image_url, status_message } = row
  return { user_id, username, display_name, profile_image_url, status_message }
}

/** Replaces the password's hash unless somebody else did: false when another one stands there. */
export async function replacePassword(
  sql: Sql,
  userId: number,
  hashes: { readonly before: string; readonly after: string },
): Promise<boolean> {
  const rows = await sql.query(
    `update user_account set password_hash = $3
     where user_id = $1 and password_hash = $2 returning 1`,
    [userId, hashes.before, hashes.after],
  )
  return rows.length === 1
}

/** False where it was so already. */
export async function setPresenceHidden(
  tx: Transaction,
  userId: number,
  hidden: boolean,
): Promise<boolean> {
  const rows = await tx.query(
    `update user_account set presence_hidden = $2
     where user_id = $1 and presence_hidden <> $2 returning 1`,
    [userId, hidden],
  )
  return rows.length === 1
}
