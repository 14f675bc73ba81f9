// A PostgreSQL server as a `Database`, over a pool of connections.
import pg from 'pg'
import { isStalePlan, repeatingOnConflict } from './repeat.ts'
import type { Database, Sql, Transaction } from './sql.ts'
import { runWork } from './work.ts'

export interface PoolOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string
  readonly connectionsMax?: number
  /** Statements that stay prepared, once a connection; 0 behind a pooler that cannot keep them. */
  readonly preparedMax?: number
  /** Called for an idle connection that broke; the pool replaces it. */
  readonly onError?: (error: Error) => void
}

const CONNECTIONS_MAX = 20
/** For one that is made, or for one that others use now. */
const CONNECT_TIMEOUT_MS = 10_000
const STATEMENT_TIMEOUT_MS = 30_000
const PREPARED_MAX = 500

const INT8_OID = 20
const INT8_ARRAY_OID = 1016
const asNumber = { getTypeParser: typeParser }

export function postgresPool(options: PoolOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connectionsMax ?? CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    types: asNumber,
  })
  pool.on('error', options.onError ?? (() => {}))
  // One in a transaction may break between two queries, and the pool listens only while it is idle:
  // the next query fails by itself, and without a listener the whole process would end here.
  pool.on('connect', (client) => client.on('error', () => {}))
  const nameOf = statementNames(options.preparedMax ?? PREPARED_MAX)
  const query = queryOn(pool, nameOf)
  return {
    // The pool closes a connection on which a query failed: the next one prepares anew.
    query: (text, values) =>
      query<never>(text, values).catch((error: unknown) => {
        if (isStalePlan(error)) return query(text, values)
        throw error
      }),
    transaction: (work) => repeatingOnConflict(() => inTransaction(pool, nameOf, work)),
    close: once(() => pool.end()),
  }
}

async function inTransaction<Result>(
  pool: pg.Pool,
  nameOf: NameOf,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const { result, tell } = await runWork(queryOn(client, nameOf), work)
    await client.query('commit')
    tell()
    return result
  } catch (error) {
    if (isStalePlan(error)) broken = error as Error
    // A connection that cannot even roll back is thrown away; the server rolls back itself.
    await client.query('rollback').catch((failure: unknown) => {
      broken = failure as Error
    })
    throw error
  } finally {
    client.release(broken)
  }
}

function queryOn(source: pg.Pool | pg.PoolClient, nameOf: NameOf): Sql['query'] {
  return async <Row>(text: string, values?: readonly unknown[]) => {
    const result = await source.query(
      values === undefined ? { text } : { name: nameOf(text), text, values: [...values] },
    )
    return result.rows as Row[]
  }
}

/** Every int8 of ours is a safe integer: ids, sequence numbers and counts. */
function typeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  const parse: (value: string) => unknown = pg.types.getTypeParser(oid, format)
  if (format === 'binary') return parse
  if (oid === INT8_OID) return Number
  if (oid !== INT8_ARRAY_OID) return parse
  return (value) =>
    (parse(value) as (string | null)[]).map((one) => (one === null ? one : Number(one)))
}

type NameOf = (text: string) => string | undefined

/**
 * The name under which a statement with values is prepared: the server parses and plans it no more
 * on that connection. Ours are constants, so there are few; those beyond the bound are not kept.
 */
function statementNames(max: number): NameOf {
  const names = new Map<string, string>()
  return (text) => {
    const known = names.get(text)
    if (known !== undefined || names.size >= max) return known
    const name = `sosik_${names.size + 1}`
    names.set(text, name)
    return name
  }
}

function once(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined
  return () => {
    closing ??= close()
    return closing
  }
}
