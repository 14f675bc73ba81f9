// The table of sessions: opened, found, listed, used, and ended.
import { SESSIONS_LISTED_MAX } from '@sosik/contract/user'
import type { Sql } from 'sosik/postgres'
import type { Caller } from '../service.ts'
import { SESSION_IDLE_MS, SESSION_MS } from './user.ts'

const CALLER = 'user_id as "userId", session_id as "sessionId"'

export interface NewSession extends Caller {
  readonly tokenHash: Buffer
  readonly device: string
  readonly now: Date
}

/**
 * Opens a session for who has shown the password with that hash. False when it was changed
 * meanwhile: the account stays as it is until the commit, so whoever changes it finds the session.
 */
export async function insertSession(
  sql: Sql,
  { sessionId, tokenHash, userId, device, now }: NewSession,
  passwordHash: string,
): Promise<boolean> {
  const rows = await sql.query(
    `insert into user_session
       (session_id, token_hash, user_id, device, created_at, last_used_at, expires_at)
     select $1, $2, user_id, $4, $5::timestamptz, $5::timestamptz, $6::timestamptz
     from user_account where user_id = $3 and password_hash = $7 for share
     returning 1`,
    [sessionId, tokenHash, userId, device, now, new Date(now.getTime() + SESSION_MS), passwordHash],
  )
  return rows.length === 1
}

export async function findSession(
  sql: Sql,
  tokenHash: Buffer,
  now: Date,
): Promise<Caller | undefined> {
  const [row] = await sql.query<Caller>(
    `select ${CALLER} from user_session
     where token_hash = $1 and expires_at > $2 and last_used_at > $3`,
    [tokenHash, now, idleSince(now)],
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
     where session_id = any($1::text[]) and expires_at > $2 and last_used_at > $3`,
    [sessionIds, now, idleSince(now)],
  )
  return new Set(rows.map((row) => row.session_id))
}

export interface SessionRow {
  readonly session_id: string
  readonly created_at: Date
  readonly last_used_at: Date
  readonly device: string
}

/** The last used first, without those whose time is over. */
export function listSessionsOf(sql: Sql, userId: number, now: Date): Promise<SessionRow[]> {
  return sql.query<SessionRow>(
    `select session_id, created_at, last_used_at, device from user_session
     where user_id = $1 and expires_at > $2 and last_used_at > $3
     order by last_used_at desc, session_id desc limit $4`,
    [userId, now, idleSince(now), SESSIONS_LISTED_MAX],
  )
}

/** Writes down that sessions are in use, those of which that is not known for so long. */
export async function touchSessions(
  sql: Sql,
  sessionIds: readonly string[],
  now: Date,
  pauseMs: number,
): Promise<void> {
  // In one order, so that two processes that hold streams of the same sessions never deadlock.
  await sql.query(
    `update user_session set last_used_at = $2 where session_id = any(array(
       select session_id from user_session
       where session_id = any($1::text[]) and last_used_at <= $3
       order by session_id for no key update))`,
    [sessionIds, now, new Date(now.getTime() - pauseMs)],
  )
}

/** Nothing where the person has no such session. */
export async function deleteSession(
  sql: Sql,
  { userId, sessionId }: Caller,
): Promise<Caller | undefined> {
  const [row] = await sql.query<Caller>(
    `delete from user_session where session_id = $1 and user_id = $2 returning ${CALLER}`,
    [sessionId, userId],
  )
  return row
}

/** Answers which they were. */
export function deleteOtherSessions(sql: Sql, { userId, sessionId }: Caller): Promise<Caller[]> {
  return sql.query<Caller>(
    `delete from user_session where user_id = $1 and session_id <> $2 returning ${CALLER}`,
    [userId, sessionId],
  )
}

/** Answers whose they were; of several processes each gets others. */
export function deleteEndedSessions(sql: Sql, now: Date, limit: number): Promise<Caller[]> {
  return sql.query<Caller>(
    `delete from user_session where session_id = any(array(
       select session_id from user_session where expires_at <= $1 or last_used_at <= $2 limit $3
       for update skip locked))
     returning ${CALLER}`,
    [now, idleSince(now), limit],
  )
}

const idleSince = (now: Date): Date => new Date(now.getTime() - SESSION_IDLE_MS)
