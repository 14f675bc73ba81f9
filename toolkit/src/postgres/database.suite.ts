// What every `Database` promises; each adapter runs this suite.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test, { after, before } from 'node:test'
import { ClosedError, MigrationChangedError } from '../errors.ts'
import { gatherUntilCommit } from './gather.ts'
import { migrate } from './migrate.ts'
import { sqlState } from './repeat.ts'
import type { Database } from './sql.ts'

export function databaseSuite(name: string, open: () => Promise<Database>): void {
  let database: Database
  before(async () => {
    database = await open()
    await database.query('create table suite_row (name text primary key, count bigint not null)')
  })
  after(() => database.close())

  const names = async () =>
    (await database.query<{ name: string }>('select name from suite_row order by 1')).map(
      (row) => row.name,
    )

  test(`${name}: numbers, times, jsonb and null come as what they are`, async () => {
    const [row] = await database.query(
      `select 9007199254740991::bigint as large, count(*) as counted, null as nothing,
              '2026-01-27T10:00:00Z'::timestamptz as at, '{"a": [1]}'::jsonb as parsed`,
    )
    assert.deepEqual(row, {
      large: Number.MAX_SAFE_INTEGER,
      counted: 1,
      nothing: null,
      at: new Date('2026-01-27T10:00:00Z'),
      parsed: { a: [1] },
    })
  })

  test(`${name}: arrays, bytes and text go in and come back`, async () => {
    const values = [[1, 2], ['가', "it's"], Buffer.from([0, 255])]
    const [row] = await database.query<Record<'a' | 'b' | 'c', unknown>>(
      'select $1::bigint[] as a, $2::text[] as b, $3::bytea as c',
      values,
    )
    assert.deepEqual([row?.a, row?.b], values.slice(0, 2))
    assert.deepEqual(Buffer.from(row?.c as Uint8Array), values[2])
  })

  test(`${name}: a transaction that resolves is kept, and told after its commit`, async () => {
    const order: string[] = []
    const answer = await database.transaction(async (tx) => {
      tx.afterCommit(() => order.push('told'))
      await tx.query("insert into suite_row values ('kept', 1)")
      order.push('worked')
      return 7
    })
    assert.equal(answer, 7)
    assert.deepEqual(order, ['worked', 'told'])
    assert.ok((await names()).includes('kept'))
  })

  test(`${name}: what is left for before the commit comes last, and can fail it`, async () => {
    const order: string[] = []
    const note = (word: string) => async () => void order.push(word)
    await database.transaction(async (tx) => {
      tx.afterCommit(() => order.push('told'))
      tx.beforeCommit(async () => {
        await tx.query("insert into suite_row values ('last', 1)")
        order.push('last')
        tx.beforeCommit(note('left by the last'))
      })
      tx.beforeCommit(note('after it'))
      order.push('worked')
    })
    assert.deepEqual(order, ['worked', 'last', 'after it', 'left by the last', 'told'])
    assert.ok((await names()).includes('last'))
    const failing = database.transaction(async (tx) => {
      await tx.query("insert into suite_row values ('nearly', 1)")
      tx.beforeCommit(() => Promise.reject(new Error('not yet')))
    })
    await assert.rejects(failing, /not yet/)
    assert.ok(!(await names()).includes('nearly'))
  })

  test(`${name}: what is gathered is stored once a transaction, in its order`, async () => {
    const stored: string[][] = []
    const gather = gatherUntilCommit(async (tx, words: readonly string[]) => {
      stored.push([...words])
      if (words.includes('a')) gather(tx, ['after the store'])
    })
    await database.transaction(async (tx) => {
      gather(tx, ['a', 'b'])
      gather(tx, ['c'])
      assert.deepEqual(stored, [])
    })
    await database.transaction(async (tx) => gather(tx, ['d']))
    assert.deepEqual(stored, [['a', 'b', 'c'], ['after the store'], ['d']])
  })

  test(`${name}: a transaction that rejects leaves nothing and tells nothing`, async () => {
    let told = false
    const failing = database.transaction(async (tx) => {
      tx.afterCommit(() => {
        told = true
      })
      await tx.query("insert into suite_row values ('undone', 1)")
      throw new Error('undo')
    })
    await assert.rejects(failing, /undo/)
    assert.ok(!(await names()).includes('undone'))
    assert.equal(told, false)
  })

  test(`${name}: work that was given up on can write nothing any more`, async () => {
    const late = Promise.withResolvers<void>()
    let wroteLate: Promise<unknown> | undefined
    const givenUp = database.transaction(async (tx) => {
      await tx.query("insert into suite_row values ('early', 1)")
      wroteLate = late.promise.then(() => tx.query("insert into suite_row values ('late', 1)"))
      await Promise.race([wroteLate, Promise.reject(new Error('time is up'))])
    })
    await assert.rejects(givenUp, /time is up/)
    await database.transaction(async (tx) => {
      await tx.query("insert into suite_row values ('other', 1)")
      late.resolve()
      await assert.rejects(wroteLate ?? Promise.resolve(), ClosedError)
    })
    const kept = await names()
    assert.deepEqual(
      ['early', 'late', 'other'].filter((one) => kept.includes(one)),
      ['other'],
    )
  })

  test(`${name}: work that keeps an error to itself is not taken for committed`, async () => {
    const careless = database.transaction(async (tx) => {
      await tx.query("insert into suite_row values ('careless', 1)")
      await tx.query('select no_such_column').catch(() => {})
    })
    await assert.rejects(careless, (error) => sqlState(error) === '25P02')
    await database.transaction(async (tx) => {
      await tx.query('savepoint careful')
      await tx.query('select no_such_column').catch(() => tx.query('rollback to careful'))
      await tx.query("insert into suite_row values ('careful', 1)")
    })
    const kept = await names()
    assert.deepEqual([kept.includes('careless'), kept.includes('careful')], [false, true])
  })

  test(`${name}: an error carries its SQLSTATE, and the database goes on`, async () => {
    const twice = database.transaction(async (tx) => {
      await tx.query("insert into suite_row values ('twice', 1)")
      await tx.query("insert into suite_row values ('twice', 1)")
    })
    await assert.rejects(twice, (error) => sqlState(error) === '23505')
    assert.ok(!(await names()).includes('twice'))
  })

  test(`${name}: what the database broke off is run again from its start`, async () => {
    let runs = 0
    const told: number[] = []
    await database.transaction(async (tx) => {
      runs += 1
      const run = runs
      tx.afterCommit(() => told.push(run))
      if (runs < 3) throw Object.assign(new Error('deadlock'), { code: '40P01' })
    })
    assert.deepEqual([runs, told], [3, [3]])
  })

  test(`${name}: a migration runs once, also with statements in several lines`, async () => {
    const table = `suite_${randomUUID().replaceAll('-', '')}`
    const sql = `-- A comment; with a semicolon.
      create table ${table} (
        id int
      );
      insert into ${table}
        values (1);
    `
    const migrations = [{ name: table, sql }]
    assert.deepEqual(await migrate(database, migrations), [table])
    assert.deepEqual(await migrate(database, migrations), [])
    assert.equal((await database.query(`select * from ${table}`)).length, 1)
    const changed = migrate(database, [{ name: table, sql: `${sql} ` }])
    await assert.rejects(changed, MigrationChangedError)
  })
}
