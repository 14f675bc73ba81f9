// The database suite on PGlite and on a server, and what only a server can do: go away.
import assert from 'node:assert/strict'
import test from 'node:test'
import { failureKind } from '../consumer/failure.ts'
import { scratchDatabase } from '../testing/scratch-database.ts'
import { until } from '../testing/until.ts'
import { databaseSuite } from './database.suite.ts'
import { pgliteDatabase } from './pglite.ts'

databaseSuite('pglite', () => pgliteDatabase())
databaseSuite('server', scratchDatabase)

test('a connection that breaks between two queries fails its transaction and no more', async () => {
  const database = await scratchDatabase()
  try {
    const broken = database.transaction(async (tx) => {
      const [own] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid')
      await database.query('select pg_terminate_backend($1)', [own?.pid])
      // No query is in flight when it breaks: nothing but the connection itself can tell.
      const isThere = 'select 1 from pg_stat_activity where pid = $1'
      const isGone = async () => (await database.query(isThere, [own?.pid])).length === 0
      await until('the connection is gone', isGone)
      await tx.query('select 1')
    })
    await assert.rejects(broken, (error) => failureKind(error) === 'outage')
    assert.deepEqual(await database.query('select 1 as one'), [{ one: 1 }])
  } finally {
    await database.close()
  }
})

test('a table that changes under a prepared statement costs a connection, no query', async () => {
  const database = await scratchDatabase()
  const read = 'select * from shelf where id = $1'
  try {
    await database.query('create table shelf (id int)')
    await database.query('insert into shelf values (1)')
    assert.deepEqual(await database.query(read, [1]), [{ id: 1 }])
    await database.query('alter table shelf add column book text')
    assert.deepEqual(await database.query(read, [1]), [{ id: 1, book: null }])
    await database.query('alter table shelf drop column book')
    const rows = await database.transaction((tx) => tx.query(read, [1]))
    assert.deepEqual(rows, [{ id: 1 }])
  } finally {
    await database.close()
  }
})
