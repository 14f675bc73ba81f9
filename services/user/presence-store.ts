// The tables of presence: leases that say who is here, and the status that was told last.
import type { Sql } from 'sosik/postgres'
import type { Caller } from '../service.ts'

/** How long a lease that nobody renews is kept after its end. */
const KEPT_SECONDS = 60

export interface Status {
  readonly user_id: number
  readonly is_online: boolean
  readonly last_seen_at: Date
}

/** Makes the lease or makes it last longer; never shorter. */
export async function holdPresence(
  sql: Sql,
  leaseId: string,
  caller: Caller,
  lastsMs: number,
): Promise<void> {
  await sql.query(
    `insert into user_presence_lease (lease_id, user_id, session_id, until)
     values ($1, $2, $3, clock_timestamp() + $4 * interval '1 millisecond')
     on conflict (lease_id) do update
       set until = greatest(user_presence_lease.until, excluded.until)`,
    [leaseId, caller.userId, caller.sessionId, lastsMs],
  )
}

export async function renewPresence(
  sql: Sql,
  leaseIds: readonly string[],
  lastsMs: number,
): Promise<void> {
  await sql.query(
    `update user_presence_lease set until = clock_timestamp() + $2 * interval '1 millisecond'
     where lease_id = any($1::text[])`,
    [leaseIds, lastsMs],
  )
}

export async function endSessionPresence(sql: Sql, sessionId: string): Promise<void> {
  await sql.query('delete from user_presence_lease where session_id = $1', [sessionId])
}

/** The new status when the person was not online; of several processes one gets it. */
export async function becomeOnline(sql: Sql, userId: number): Promise<Status | undefined> {
  const [status] = await sql.query<Status>(
    `insert into user_presence (user_id, is_online, last_seen_at)
     values ($1, true, clock_timestamp())
     on conflict (user_id) do update set is_online = true, last_seen_at = clock_timestamp()
     where not user_presence.is_online
     returning user_id, is_online, last_seen_at`,
    [userId],
  )
  return status
}

/** Those who were online and hold no lease any more; each is answered once. */
export async function becomeOffline(sql: Sql): Promise<Status[]> {
  return sql.query(
    `update user_presence set is_online = false, last_seen_at = clock_timestamp()
     where is_online and not exists (
       select 1 from user_presence_lease as lease
       where lease.user_id = user_presence.user_id and lease.until > clock_timestamp())
     returning user_id, is_online, last_seen_at`,
  )
}

export async function forgetLeases(sql: Sql): Promise<void> {
  await sql.query(
    `delete from user_presence_lease
     where until < clock_timestamp() - $1 * interval '1 second'`,
    [KEPT_SECONDS],
  )
}
