// The sweep: what nobody needs goes, what somebody has sent stays, and failures are tried again.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, beforeEach, test } from 'node:test'
import { refused } from '../rehearsal.ts'
import { diskFileStore } from './disk-store.ts'
import type { FileStore } from './file-store.ts'
import { GIF, openStage } from './stage.ts'
import { SWEPT_AT_ONCE_MAX } from './sweep.ts'
import { scratchPglite } from 'sosik/testing'

const folder = await mkdtemp(join(tmpdir(), 'sosik-files-'))
const database = await scratchPglite()
const disk = diskFileStore(folder)
/** What the store does instead, once. */
let trouble: (() => Promise<void>) | undefined
const troubled = async () => {
  const now = trouble
  trouble = undefined
  await now?.()
}
const store: FileStore = {
  ...disk,
  async write(...given) {
    await disk.write(...given)
    await troubled()
  },
  async remove(fileId) {
    await troubled()
    await disk.remove(fileId)
  },
}
const stage = await openStage(database, store)
after(async () => {
  await database.close()
  await rm(folder, { recursive: true })
})

let mina = 0
beforeEach(() => {
  mina += 1
})

const DAY_MS = 24 * 3_600_000
const away = async () => {
  throw new Error('the store is away')
}
const rows = () =>
  database.query<{ id: string; state: string }>(
    'select id, state from files_file where user_id = $1 order by created_at, id',
    [mina],
  )
const isKept = async (fileId: string) => {
  const bytes = await disk.read(fileId)
  bytes?.destroy()
  return bytes !== undefined
}

test('an upload that nobody sends is gone after a day, a sent one stays', async () => {
  const [unsent, sent] = [await stage.upload(mina), await stage.upload(mina)]
  await stage.tie(sent, randomUUID(), 1, 1)
  stage.wait(DAY_MS - 1)
  await stage.sweep()
  assert.equal(await isKept(unsent.file_id), true)
  stage.wait(1)
  await stage.sweep()
  await refused('not_found', stage.read(mina, unsent.file_id))
  assert.deepEqual([await isKept(unsent.file_id), await isKept(sent.file_id)], [false, true])
  assert.deepEqual(await rows(), [{ id: sent.file_id, state: 'sent' }])
  assert.equal(await stage.tie(unsent, randomUUID(), 1, 2), false)
})

test('the file of a deleted message is nobody’s at once, and gone with the sweep', async () => {
  const file = await stage.upload(mina)
  stage.readers.add(`1/1/${mina}`)
  const messageId = randomUUID()
  await stage.tie(file, messageId, 1, 1)
  assert.deepEqual(await stage.read(mina, file.file_id), GIF)
  await stage.drop(messageId)
  await refused('not_found', stage.read(mina, file.file_id))
  await stage.sweep()
  assert.equal(await isKept(file.file_id), false)
  assert.deepEqual(await rows(), [])
  await stage.drop(messageId)
})

test('an upload whose process died is gone after an hour', async () => {
  const held = new Readable({ read() {} })
  const uploading = stage.upload(mina, { bytes: held, sizeBytes: 100 })
  held.push('half')
  while ((await rows()).length === 0) await new Promise(setImmediate)
  stage.wait(3_600_000 - 1)
  await stage.sweep()
  assert.equal((await rows())[0]?.state, 'uploading')
  stage.wait(1)
  await stage.sweep()
  assert.deepEqual(await rows(), [])
  held.destroy(new Error('the process is gone'))
  await assert.rejects(uploading)
})

test('what breaks after the last byte leaves nothing behind', async () => {
  trouble = away
  await assert.rejects(stage.upload(mina), /the store is away/)
  const [left] = await rows()
  assert.equal(left?.state, 'removed')
  assert.equal(await isKept(left?.id ?? ''), true)
  await stage.sweep()
  assert.equal(await isKept(left?.id ?? ''), false)
  assert.deepEqual(await rows(), [])
})

test('what could not be removed is tried again later, and delays no other', async () => {
  const files = [await stage.upload(mina), await stage.upload(mina)]
  stage.wait(DAY_MS)
  trouble = away
  await assert.rejects(stage.sweep(), /the store is away/)
  assert.equal((await rows()).length, 2)
  const later = await stage.upload(mina)
  stage.wait(DAY_MS)
  await stage.sweep()
  assert.deepEqual(await rows(), [])
  for (const { file_id } of [...files, later]) assert.equal(await isKept(file_id), false)
})

test('a sweep goes on until nothing is left, a bounded number at a time', async () => {
  await stage.upload(mina)
  await database.query(
    `insert into files_file
       (id, user_id, client_file_id, kind, name, size_bytes, created_at, state, sweep_at)
     select gen_random_uuid(), $1, n, 'file', 'a', 1, now(), 'removed', 'epoch'
     from generate_series(1, $2) as n`,
    [mina, 2 * SWEPT_AT_ONCE_MAX],
  )
  await database.query(
    'update files_owner set files = files + $2, bytes = bytes + $2 where user_id = $1',
    [mina, 2 * SWEPT_AT_ONCE_MAX],
  )
  await stage.sweep()
  assert.equal((await rows()).length, 1)
})

test('what an owner is said to keep is what the rows come to', async () => {
  await stage.upload(mina)
  const told = await database.query('select user_id, files, bytes from files_owner order by 1')
  const counted = await database.query(
    `select owner.user_id, count(id) as files, coalesce(sum(size_bytes), 0)::bigint as bytes
     from files_owner as owner left join files_file using (user_id) group by 1 order by 1`,
  )
  assert.deepEqual(told, counted)
})
