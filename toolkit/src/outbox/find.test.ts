// A key's rows are found by the time of their writing, waiting, sent and held ones alike.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { migrate } from '../postgres/migrate.ts'
import { pgliteDatabase } from '../postgres/pglite.ts'
import type { Database } from '../postgres/sql.ts'
import { scratchDatabase } from '../testing/scratch-database.ts'
import { outboxWritten } from './find.ts'
import { outboxMigrations } from './tables.ts'

const START_MS = Date.parse('2026-01-27T10:00:00.000Z')
const MINUTE_MS = 60_000
const ROWS = 200
const key = (text: string) => Buffer.from(text)

for (const [name, open] of [
  ['in the process', pgliteDatabase],
  ['on a server', scratchDatabase],
] as const) {
  describe(name, () => {
    let database: Database
    before(async () => {
      database = await open()
      await migrate(database, outboxMigrations)
    })
    // A row a minute, of four keys in turn; ids have holes where others were purged.
    beforeEach(async () => {
      await database.query('truncate outbox, outbox_hold')
      await database.query(
        `insert into outbox (lane, topic, key, event_id, event_type, value, headers, created_at)
         select 1, 'orders', convert_to((n % 4)::text, 'UTF8'), 'e' || n, 'OrderPlaced', '{}', '[]',
           $1::timestamptz + n * interval '1 minute'
         from generate_series(0, $2::int - 1) as n`,
        [new Date(START_MS), ROWS],
      )
      await database.query('delete from outbox where id % 7 = 0')
    })
    after(() => database.close())

    const written = (fromMinute: number, toMinute: number, given: object = {}) =>
      outboxWritten(database, {
        topic: 'orders',
        key: key('1'),
        eventType: 'OrderPlaced',
        fromMs: START_MS + fromMinute * MINUTE_MS,
        toMs: START_MS + toMinute * MINUTE_MS,
        ...given,
      })

    test('of any stretch of time exactly its rows of the key are found', async () => {
      const all = await database.query<{ event_id: string; created_at: Date }>(
        `select event_id, created_at from outbox where key = '1' order by id`,
      )
      for (const [from, to] of [
        [0, ROWS],
        [-100, 10],
        [50, 60],
        [190, 999],
        [500, 600],
      ] as const) {
        const ids = (await written(from, to)).rows.map(({ eventId }) => eventId)
        const expected = all.filter(({ created_at }) => {
          const minute = (created_at.getTime() - START_MS) / MINUTE_MS
          return minute >= from && minute <= to
        })
        assert.deepEqual(
          ids,
          expected.map((row) => row.event_id),
        )
      }
    })

    test('what is another topic, key or type is left out, and empty is empty', async () => {
      assert.deepEqual((await written(0, ROWS, { topic: 'bills' })).rows, [])
      assert.deepEqual((await written(0, ROWS, { key: key('9') })).rows, [])
      assert.deepEqual((await written(0, ROWS, { eventType: 'OrderLost' })).rows, [])
      await database.query('truncate outbox')
      assert.deepEqual(await written(0, ROWS), { rows: [], hold: undefined })
    })

    test('a row says whether it was sent, and the key what it waits for', async () => {
      await database.query(`update outbox set sent_at = created_at + interval '1 second'`)
      await database.query(
        `update outbox set sent_at = null where id = (select max(id) from outbox where key = '1')`,
      )
      await database.query(
        `insert into outbox_hold (row_id, lane, topic, key, attempts, error_code, error)
         select id, 1, topic, key, 4, 'SOSIK_LOG_REFUSED', 'no' from outbox where sent_at is null`,
      )
      const { rows, hold } = await written(0, ROWS)
      const [first, last] = [rows.at(0), rows.at(-1)]
      assert.ok(first && last)
      assert.equal(first.sentAtMs, first.createdAtMs + 1_000)
      assert.deepEqual([last.sentAtMs, last.isDiscarded], [null, false])
      const parked = { attempts: 4, errorCode: 'SOSIK_LOG_REFUSED', isParked: true }
      assert.deepEqual(hold, { rowId: last.id, ...parked })
      assert.equal((await written(0, ROWS, { key: key('2') })).hold, undefined)
    })
  })
}
