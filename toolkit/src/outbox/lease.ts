// One relay at a time: a lease in the database that its owner renews and another takes over.
import type { Sql } from '../postgres/sql.ts'

export const LEASE_MS = 3_000

/** True while `owner` holds the lease: taken when free or run out, renewed when its own. */
export async function holdLease(sql: Sql, name: string, owner: string): Promise<boolean> {
  const rows = await sql.query(
    `insert into outbox_lease (name, owner, until)
     values ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')
     on conflict (name) do update set owner = excluded.owner, until = excluded.until
     where outbox_lease.owner = excluded.owner or outbox_lease.until < clock_timestamp()
     returning 1`,
    [name, owner, LEASE_MS],
  )
  return rows.length === 1
}

/** Lets another relay begin at once. */
export async function giveLeaseUp(sql: Sql, name: string, owner: string): Promise<void> {
  await sql.query('delete from outbox_lease where name = $1 and owner = $2', [name, owner])
}
