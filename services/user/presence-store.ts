// The tables of presence: leases that say who is here, and the status that follows from them.
// Leases end by the database's clock, which all processes share.
import type { Sql, Transaction } from 'sosik/postgres'
import type { Presence } from '../service.ts'

export interface Lease {
  readonly leaseId: string
  readonly sessionId: string
}

/** A transition; of one person, a later one has a later time. */
export interface Status {
  readonly user_id: number
  readonly is_online: boolean
  readonly last_seen_at: Date
}

/** What the leases of requests begin with; a stream's is the stream's id. */
export const ACTIVITY = 'activity/'

/**
 * Brings people's status in line with their leases: online is who has one and does not hide it. To
 * be called in every transaction that changes one of these, after it did. Each person's row is made
 * or locked first, so the statement that decides sees the leases of all who decided before, and of
 * several processes exactly one makes the transition.
 */
export async function settle(tx: Transaction, userIds: readonly number[]): Promise<Status[]> {
  await tx.query(
    `insert into user_presence (user_id, is_online, last_seen_at)
     select distinct user_id, false, clock_timestamp() from unnest($1::bigint[]) as one (user_id)
     order by user_id
     on conflict (user_id) do update set is_online = excluded.is_online where false`,
    [userIds],
  )
  return tx.query<Status>(
    `update user_presence set is_online = not is_online,
       last_seen_at = greatest(clock_timestamp(), last_seen_at + interval '1 millisecond')
     where user_id = any($1::bigint[]) and is_online <> (
       exists (select from user_presence_lease as lease
         where lease.user_id = user_presence.user_id)
       and exists (select from user_account as account
         where account.user_id = user_presence.user_id and not presence_hidden))
     returning user_id, is_online, last_seen_at`,
    [userIds],
  )
}

/**
 * Makes the leases or makes them last longer, and answers whose they are. Only for sessions that
 * live: their rows stay locked, so whoever ends one waits, and then finds the lease.
 */
export async function holdLeases(
  tx: Transaction,
  leases: readonly Lease[],
  lastsMs: number,
): Promise<number[]> {
  const rows = await tx.query<{ user_id: number }>(
    `insert into user_presence_lease (lease_id, session_id, user_id, until)
     select lease_id, session_id, session.user_id,
       clock_timestamp() + $3 * interval '1 millisecond'
     from unnest($1::text[], $2::text[]) as given (lease_id, session_id)
     join user_session as session using (session_id)
     order by lease_id for key share of session
     on conflict (lease_id) do update set until = excluded.until
     returning user_id`,
    [leases.map((one) => one.leaseId), leases.map((one) => one.sessionId), lastsMs],
  )
  return rows.map((row) => row.user_id)
}

/** Always locked in one order, so that two statements on several leases never deadlock. */
const locked = (condition: string) =>
  `any(array(select lease_id from user_presence_lease where ${condition}
     order by lease_id for update))`

/** Makes leases last longer, and answers those that were still there. */
export async function renewLeases(
  sql: Sql,
  leaseIds: readonly string[],
  lastsMs: number,
): Promise<Set<string>> {
  const rows = await sql.query<{ lease_id: string }>(
    `update user_presence_lease set until = clock_timestamp() + $2 * interval '1 millisecond'
     where lease_id = ${locked('lease_id = any($1::text[])')} returning lease_id`,
    [leaseIds, lastsMs],
  )
  return new Set(rows.map((row) => row.lease_id))
}

/** Lets leases run out within a time. */
export async function shortenLeases(
  sql: Sql,
  leaseIds: readonly string[],
  lastsMs: number,
): Promise<void> {
  await sql.query(
    `update user_presence_lease
     set until = least(until, clock_timestamp() + $2 * interval '1 millisecond')
     where lease_id = ${locked('lease_id = any($1::text[])')}`,
    [leaseIds, lastsMs],
  )
}

/** Answers whose leases they were, once a lease. */
export async function deleteSessionLeases(
  tx: Transaction,
  sessionIds: readonly string[],
): Promise<number[]> {
  const rows = await tx.query<{ user_id: number }>(
    `delete from user_presence_lease
     where lease_id = ${locked('session_id = any($1::text[])')} returning user_id`,
    [sessionIds],
  )
  return rows.map((row) => row.user_id)
}

/** Deletes leases that ran out, and answers whose they were, once a lease. */
export async function deleteEndedLeases(tx: Transaction, limit: number): Promise<number[]> {
  const rows = await tx.query<{ user_id: number }>(
    `delete from user_presence_lease where lease_id = any(array(
       select lease_id from user_presence_lease where until <= clock_timestamp() limit $1
       for update skip locked))
     returning user_id`,
    [limit],
  )
  return rows.map((row) => row.user_id)
}

/** Of the people who let it be known; who was never here is not in it. */
export async function readPresence(
  sql: Sql,
  userIds: readonly number[],
): Promise<ReadonlyMap<number, Presence>> {
  const rows = await sql.query<Status>(
    `select user_id, is_online, last_seen_at from user_presence
     join user_account using (user_id)
     where user_id = any($1::bigint[]) and not presence_hidden`,
    [userIds],
  )
  return new Map(
    rows.map(({ user_id, is_online: isOnline, last_seen_at }) => [
      user_id,
      { isOnline, lastSeenAt: isOnline ? undefined : last_seen_at },
    ]),
  )
}

/** Who of these people has a stream open in any process, by id. */
export async function watching(sql: Sql, userIds: readonly number[]): Promise<number[]> {
  const rows = await sql.query<{ user_id: number }>(
    `select distinct user_id from user_presence_lease
     where user_id = any($1::bigint[]) and lease_id not like $2 and until > clock_timestamp()
     order by user_id`,
    [userIds, `${ACTIVITY}%`],
  )
  return rows.map((row) => row.user_id)
}
