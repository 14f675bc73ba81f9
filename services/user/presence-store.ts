// The tables of presence: leases that say who is here, and the status that follows from them.
// Leases end by the database's clock, which all processes share.
import type { Sql, Transaction } from 'sosik/postgres'

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

/**
 * Brings people's status in line with their leases: online is who has one. To be called in every
 * transaction that adds or deletes leases, after it did. Each person's row is made or locked first,
 * so the statement that decides sees the leases of all who decided before, and of several processes
 * exactly one makes the transition.
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
     where user_id = any($1::bigint[]) and is_online <> exists (
       select from user_presence_lease as lease where lease.user_id = user_presence.user_id)
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
