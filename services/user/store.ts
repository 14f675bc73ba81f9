// The tables of accounts and sessions.
import { USERS_FOUND_MAX } from '@sosik/contract/user'
import type { Sql, Transaction } from 'sosik/postgres'
import type { Caller, Person, Profile } from '../service.ts'
import type { ProfileFields, Registration } from './user.ts'

export interface AccountRow extends Person {
  readonly email: string
  readonly password_hash: string
  readonly created_at: Date
  readonly profile_updated_at: Date
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

export async function insertSession(
  sql: Sql,
  session: Caller & { readonly tokenHash: Buffer; readonly expiresAt: Date },
): Promise<void> {
  await sql.query(
    `insert into user_session (session_id, token_hash, user_id, expires_at)
     values ($1, $2, $3, $4)`,
    [session.sessionId, session.tokenHash, session.userId, session.expiresAt],
  )
}

export async function findSession(
  sql: Sql,
  tokenHash: Buffer,
  now: Date,
): Promise<Caller | undefined> {
  const [row] = await sql.query<Caller>(
    `select user_id as "userId", session_id as "sessionId" from user_session
     where token_hash = $1 and expires_at > $2`,
    [tokenHash, now],
  )
  return row
}

/** Which of these sessions have not ended. */
export async function livingSessions(
  sql: Sql,
  sessionIds: readonly string[],
  now: Date,
): Promise<ReadonlySet<string>> {
  const rows = await sql.query<{ session_id: string }>(
    `select session_id from user_session
     where session_id = any($1::text[]) and expires_at > $2`,
    [sessionIds, now],
  )
  return new Set(rows.map((row) => row.session_id))
}

export async function deleteSession(sql: Sql, sessionId: string): Promise<void> {
  await sql.query('delete from user_session where session_id = $1', [sessionId])
}

/** Answers whose they were; of several processes each gets others. */
export function deleteExpiredSessions(sql: Sql, now: Date, limit: number): Promise<Caller[]> {
  return sql.query<Caller>(
    `delete from user_session where session_id = any(array(
       select session_id from user_session where expires_at <= $1 limit $2
       for update skip locked))
     returning user_id as "userId", session_id as "sessionId"`,
    [now, limit],
  )
}
