// Commands that are asked again: done once, on both databases, whatever happens between.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test, { after } from 'node:test'
import { type Database, migrate } from 'sosik/postgres'
import { scratchDatabase, scratchPglite } from 'sosik/testing'
import { idempotencyMigrations, once, purgeIdempotencyKeys } from './idempotency.ts'
import { refused } from './rehearsal.ts'

const databases: [where: string, database: Database][] = [
  ['in the process', await scratchPglite()],
  ['on a server', await scratchDatabase()],
]
for (const [, database] of databases) await migrate(database, idempotencyMigrations)

after(() => Promise.all(databases.map(([, database]) => database.close())))

function asking(key: string, text: string, userId = 1) {
  const requestHash = createHash('sha256').update(text).digest()
  return { caller: { userId, sessionId: 's' }, idempotency: { key, requestHash } }
}

const keys = async (database: Database) =>
  (await database.query<{ key: string }>('select key from idempotency_key order by key')).map(
    (row) => row.key,
  )

for (const [where, database] of databases) {
  test(`${where}: the same request is done once and comes to the same`, async () => {
    let done = 0
    const work = async () => ({ room_id: (done += 1) })
    assert.deepEqual(await once(database, asking('a', 'x'), work), { room_id: 1 })
    assert.deepEqual(await once(database, asking('a', 'x'), work), { room_id: 1 })
    assert.deepEqual(await once(database, asking('a', 'x', 2), work), { room_id: 2 })
    const withoutKey = { ...asking('a', 'x'), idempotency: undefined }
    assert.deepEqual(await once(database, withoutKey, work), { room_id: 3 })
    assert.equal(await once(database, asking('b', 'x'), async () => 7), 7)
    assert.equal(await once(database, asking('b', 'x'), work as never), 7)
  })

  test(`${where}: what comes to nothing comes to nothing again`, async () => {
    let done = 0
    const work = async () => void (done += 1)
    assert.equal(await once(database, asking('nothing', 'x'), work), undefined)
    assert.equal(await once(database, asking('nothing', 'x'), work), undefined)
    assert.equal(done, 1)
  })

  test(`${where}: another request with the key is refused`, async () => {
    await once(database, asking('c', 'x'), async () => 1)
    await refused(
      'idempotency_key_reused',
      once(database, asking('c', 'y'), async () => 2),
    )
  })

  test(`${where}: what failed has kept no key and is done when asked again`, async () => {
    const failing = once(database, asking('d', 'x'), () => Promise.reject(new Error('away')))
    await assert.rejects(failing, /away/)
    assert.equal(await once(database, asking('d', 'y'), async () => 5), 5)
  })

  test(`${where}: a key is forgotten after a day`, async () => {
    await once(database, asking('old', 'x'), async () => 1)
    await database.query(`update idempotency_key set created_at = created_at - interval '25 hours'`)
    assert.equal(await once(database, asking('old', 'y'), async () => 2), 2)
    await purgeIdempotencyKeys(database)
    assert.deepEqual(await keys(database), ['old'])
  })
}

test('who asks while the first request runs is told so and does not wait', async () => {
  const [, database] = databases[1] ?? assert.fail()
  const running = Promise.withResolvers<void>()
  const started = Promise.withResolvers<void>()
  const first = once(database, asking('e', 'x'), async () => {
    started.resolve()
    await running.promise
    return 1
  })
  await started.promise
  await refused(
    'idempotency_key_busy',
    once(database, asking('e', 'x'), async () => 2),
  )
  assert.equal(await once(database, asking('e', 'x', 2), async () => 3), 3)
  running.resolve()
  assert.equal(await first, 1)
  assert.equal(await once(database, asking('e', 'x'), async () => 4), 1)
})
