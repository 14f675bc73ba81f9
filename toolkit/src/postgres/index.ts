// The door `sosik/postgres`: databases for outbox, inbox and an application's own tables.
export { gatherUntilCommit } from './gather.ts'
export { migrate } from './migrate.ts'
export { pgliteDatabase } from './pglite.ts'
export { type PoolOptions, postgresPool } from './pool.ts'
export { sqlState } from './repeat.ts'
export type { Database, Migration, Sql, Transaction } from './sql.ts'
