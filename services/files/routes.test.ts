// The routes of files, on PostgreSQL inside the process and a folder.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { IMAGE_BYTES_MAX, USER_BYTES_MAX, USER_FILES_MAX } from '@sosik/contract/files'
import { refused } from '../rehearsal.ts'
import { diskFileStore } from './disk-store.ts'
import { GIF, openStage, START_MS } from './stage.ts'
import { scratchPglite } from 'sosik/testing'

const folder = await mkdtemp(join(tmpdir(), 'sosik-files-'))
const database = await scratchPglite()
const stage = await openStage(database, diskFileStore(folder))
after(async () => {
  await database.close()
  await rm(folder, { recursive: true })
})

/** Each test has people of its own. */
let people = 0
const newPeople = (): [number, number, number] => [++people, ++people, ++people]

const ownerOf = async (userId: number) => {
  const [row] = await database.query('select files, bytes from files_owner where user_id = $1', [
    userId,
  ])
  return row
}

test('an upload is answered with what it turned out to be', async () => {
  const [mina] = newPeople()
  const info = await stage.upload(mina, { kind: 'image', name: '휴가.gif', clientFileId: 'a1' })
  assert.deepEqual(info, {
    file_id: info.file_id,
    address: `/files/${info.file_id}`,
    user_id: mina,
    kind: 'image',
    name: '휴가.gif',
    media_type: 'image/gif',
    size_bytes: GIF.length,
    client_file_id: 'a1',
    created_at: new Date(START_MS).toISOString(),
  })
  assert.deepEqual(await stage.info(mina, info.file_id), info)
  assert.deepEqual(await ownerOf(mina), { files: 1, bytes: GIF.length })
})

test('bytes are served so that nothing in them runs', async () => {
  const [mina] = newPeople()
  const image = await stage.upload(mina, { kind: 'image', name: 'a.gif' })
  const shown = await stage.download(mina, image.file_id)
  assert.equal(shown.status, 200)
  assert.equal(shown.headers['content-type'], 'image/gif')
  assert.match(String(shown.headers['content-disposition']), /^inline; filename="a.gif"/)
  assert.deepEqual(await stage.read(mina, image.file_id), GIF)
  const page = Buffer.from('<svg onload="alert(1)"/>')
  const file = await stage.upload(mina, { name: 'a.svg', bytes: page })
  const saved = await stage.download(mina, file.file_id)
  assert.equal(saved.headers['content-type'], 'application/octet-stream')
  assert.match(String(saved.headers['content-disposition']), /^attachment; filename="a.svg"/)
  for (const { headers, bytes } of [shown, saved]) {
    assert.match(String(headers['content-security-policy']), /^default-src 'none'; .*; sandbox$/)
    assert.equal(headers['cache-control'], 'private, no-cache')
    bytes?.destroy()
  }
})

test('a range is part of the bytes, and who has them already gets none', async () => {
  const [mina] = newPeople()
  const { file_id } = await stage.upload(mina)
  const part = await stage.download(mina, file_id, { range: 'bytes=3-5' })
  assert.equal(part.status, 206)
  assert.equal(part.headers['content-length'], 3)
  assert.equal(part.headers['content-range'], `bytes 3-5/${GIF.length}`)
  assert.equal(String(await part.bytes?.toArray()), '89a')
  const { headers, bytes } = await stage.download(mina, file_id)
  bytes?.destroy()
  const again = await stage.download(mina, file_id, { ifNoneMatch: String(headers.etag) })
  assert.deepEqual([again.status, again.bytes], [304, undefined])
  await refused('range_unsatisfiable', stage.download(mina, file_id, { range: 'bytes=99-' }))
})

test('a file is its owner’s, then of who may read the message, and of nobody else', async () => {
  const [mina, junho, sora] = newPeople()
  const file = await stage.upload(mina)
  const { file_id } = file
  const isFound = async (userId: number, fileId = file_id) => {
    try {
      await stage.read(userId, fileId)
      assert.equal((await stage.info(userId, fileId)).file_id, fileId)
      return true
    } catch {
      await refused('not_found', stage.read(userId, fileId))
      await refused('not_found', stage.info(userId, fileId))
      return false
    }
  }
  assert.deepEqual([await isFound(mina), await isFound(junho)], [true, false])
  assert.equal(await isFound(mina, randomUUID()), false)
  for (const reader of [mina, junho]) stage.readers.add(`3/7/${reader}`)
  assert.equal(await stage.tie(file, randomUUID(), 3, 7), true)
  assert.deepEqual([await isFound(mina), await isFound(junho)], [true, true])
  assert.equal(await isFound(sora), false)
  // Who is no member any more finds nothing, not even what they sent.
  stage.readers.delete(`3/7/${mina}`)
  assert.deepEqual([await isFound(mina), await isFound(junho)], [false, true])
})

test('a file is sent once, by its owner, as what it is', async () => {
  const [mina, junho] = newPeople()
  const file = await stage.upload(mina)
  assert.equal(await stage.tie({ ...file, user_id: junho }, randomUUID(), 1, 1), false)
  assert.equal(await stage.tie({ ...file, kind: 'image' }, randomUUID(), 1, 1), false)
  assert.equal(await stage.tie({ ...file, file_id: randomUUID() }, randomUUID(), 1, 1), false)
  assert.equal(await stage.tie(file, randomUUID(), 1, 1), true)
  assert.equal(await stage.tie(file, randomUUID(), 2, 1), false)
})

test('the same client id and file are one upload, another file a conflict', async () => {
  const [mina, junho] = newPeople()
  const same = { clientFileId: 'b1', name: 'a.txt' }
  const first = await stage.upload(mina, same)
  stage.wait(1_000)
  assert.deepEqual(await stage.upload(mina, same), first)
  await stage.tie(first, randomUUID(), 1, 1)
  assert.deepEqual(await stage.upload(mina, same), first)
  await refused('file_conflict', stage.upload(mina, { ...same, bytes: Buffer.from('other') }))
  await refused('file_conflict', stage.upload(mina, { ...same, name: 'b.txt' }))
  await refused('file_conflict', stage.upload(mina, { ...same, kind: 'image' }))
  assert.notEqual((await stage.upload(junho, same)).file_id, first.file_id)
  assert.deepEqual(await ownerOf(mina), { files: 1, bytes: GIF.length })
})

test('ten uploads at once by one client id end in one file', async () => {
  const [mina] = newPeople()
  const same = { clientFileId: 'c1' }
  const answers = await Promise.all(Array.from({ length: 10 }, () => stage.upload(mina, same)))
  assert.equal(new Set(answers.map((one) => one.file_id)).size, 1)
  await stage.sweep()
  assert.deepEqual(await ownerOf(mina), { files: 1, bytes: GIF.length })
  assert.deepEqual(await stage.read(mina, answers[0]?.file_id ?? ''), GIF)
})

test('what is no image is refused at its head, however much would follow', async () => {
  const [mina] = newPeople()
  let pulled = 0
  async function* endless() {
    for (;;) {
      pulled += 1
      yield Buffer.alloc(65_536, '<svg/>')
    }
  }
  const bytes = Readable.from(endless(), { objectMode: false })
  const upload = { kind: 'image' as const, bytes, sizeBytes: IMAGE_BYTES_MAX }
  await refused('image_invalid', stage.upload(mina, upload))
  assert.ok(pulled < 10, `${pulled} chunks were read`)
  assert.equal(bytes.destroyed, false)
  bytes.destroy()
  const large = { kind: 'image' as const, sizeBytes: IMAGE_BYTES_MAX + 1 }
  await refused('body_too_large', stage.upload(mina, large))
  await stage.sweep()
  assert.deepEqual(await ownerOf(mina), { files: 0, bytes: 0 })
})

test('nobody keeps more bytes or files than there is place for, also at once', async () => {
  const [mina, junho] = newPeople()
  await database.query('insert into files_owner values ($1, 1, $2), ($3, $4, 1)', [
    mina,
    USER_BYTES_MAX - 3 * GIF.length,
    junho,
    USER_FILES_MAX - 3,
  ])
  for (const person of [mina, junho]) {
    const tries = Array.from({ length: 8 }, () => stage.upload(person))
    const settled = await Promise.allSettled(tries)
    assert.equal(settled.filter((one) => one.status === 'fulfilled').length, 3)
    await refused('files_full', stage.upload(person))
  }
})
