// Commands that can be asked again: what one came to is kept in the transaction of what it did.
import { Problem } from '@sosik/contract/errors'
import type { Database, Migration, Sql, Transaction } from 'sosik/postgres'
import { type Idempotency, type RouteRequest, tablesOf } from './service.ts'

export const idempotencyMigrations: readonly Migration[] = tablesOf(
  'idempotency',
  import.meta.url,
  ['idempotency'],
)

/** Longer than any client tries again. */
const KEPT = `interval '24 hours'`
const PURGED_ROWS_MAX = 1_000
/** Any number, so that other advisory locks are others. */
const LOCK_SEED = 8_340_221

/**
 * Runs `work` in one transaction. With a key it is done once: asked again it resolves with what it
 * came to first, with another request it throws `idempotency_key_reused`, and while the first one
 * runs `idempotency_key_busy`. What was refused has done nothing and keeps no key. The result is
 * stored: it should hold ids and states, and no text of people.
 */
export function once<Result>(
  database: Database,
  { caller, idempotency }: Pick<RouteRequest, 'caller' | 'idempotency'>,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  if (idempotency === undefined) return database.transaction(work)
  const { userId } = caller
  return database.transaction(async (tx) => {
    await lock(tx, userId, idempotency.key)
    const earlier = await find(tx, userId, idempotency)
    if (earlier !== undefined) {
      if (!earlier.same) throw new Problem('idempotency_key_reused')
      return (earlier.result ?? undefined) as Result
    }
    const result = await work(tx)
    await keep(tx, userId, idempotency, result)
    return result
  })
}

/** Deletes what is older than a day, so many rows at a time. */
export async function purgeIdempotencyKeys(database: Database): Promise<void> {
  let purged: unknown[]
  do {
    purged = await database.query(
      `delete from idempotency_key where (user_id, key) in (
         select user_id, key from idempotency_key
         where created_at < clock_timestamp() - ${KEPT} limit $1 for update skip locked)
       returning 1`,
      [PURGED_ROWS_MAX],
    )
  } while (purged.length === PURGED_ROWS_MAX)
}

/** Held to the end of the transaction; who finds it taken is told so and does not wait. */
async function lock(tx: Sql, userId: number, key: string): Promise<void> {
  const [row] = await tx.query<{ free: boolean }>(
    'select pg_try_advisory_xact_lock(hashtextextended($1, $2)) as free',
    [`${userId} ${key}`, LOCK_SEED],
  )
  if (row?.free !== true) throw new Problem('idempotency_key_busy')
}

async function find(
  tx: Sql,
  userId: number,
  { key, requestHash }: Idempotency,
): Promise<{ same: boolean; result: unknown } | undefined> {
  const [row] = await tx.query<{ same: boolean; result: unknown }>(
    `select request_hash = $3 as same, result from idempotency_key
     where user_id = $1 and key = $2 and created_at >= clock_timestamp() - ${KEPT}`,
    [userId, key, requestHash],
  )
  return row
}

async function keep(
  tx: Sql,
  userId: number,
  { key, requestHash }: Idempotency,
  result: unknown,
): Promise<void> {
  await tx.query(
    `insert into idempotency_key (user_id, key, request_hash, result) values ($1, $2, $3, $4)
     on conflict (user_id, key) do update set request_hash = excluded.request_hash,
       result = excluded.result, created_at = excluded.created_at`,
    [userId, key, requestHash, result === undefined ? null : JSON.stringify(result)],
  )
}
