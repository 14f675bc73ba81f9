// Stores of files: in a folder, and in a bucket that checks who asks.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { diskFileStore } from './disk-store.ts'
import { fileStoreSuite } from './file-store.suite.ts'
import { s3FileStore } from './s3-store.ts'
import { signatureOf, startS3Double } from './s3-double.ts'

const folder = await mkdtemp(join(tmpdir(), 'sosik-files-'))
const credentials = { region: 'eu-west-1', accessKeyId: 'sosik', secretAccessKey: 'open sesame' }
const bucket = await startS3Double(credentials)
after(async () => {
  await bucket.stop()
  await rm(folder, { recursive: true })
})

const disk = diskFileStore(folder)
const s3 = s3FileStore({ ...credentials, url: bucket.url })
fileStoreSuite('disk', disk)
fileStoreSuite('s3', s3)

const upload = (text: string) => Readable.from([Buffer.from(text)], { objectMode: false })

test('disk: what is not whole is never in its place, and nothing is left of it', async () => {
  const place = join(folder, 'alone')
  const store = diskFileStore(place)
  const fileId = randomUUID()
  let seen: string[] = []
  async function* watched() {
    yield Buffer.from('half')
    seen = await filesIn(place)
    throw new Error('the line is cut')
  }
  await assert.rejects(store.write(fileId, Readable.from(watched(), { objectMode: false }), 8))
  assert.deepEqual(seen, [join('incoming', fileId.slice(-2), fileId)])
  assert.deepEqual(await filesIn(place), [])
})

test('disk: an upload that a dead process has left is removed with its file', async () => {
  const place = join(folder, 'left')
  const store = diskFileStore(place)
  const fileId = randomUUID()
  const held = new Readable({ read() {} })
  const writing = store.write(fileId, held, 8)
  held.push('half')
  while ((await filesIn(place)).length === 0) await new Promise(setImmediate)
  await store.remove(fileId)
  assert.deepEqual(await filesIn(place), [])
  held.destroy()
  await assert.rejects(writing)
})

test('s3: the reckoning of the double is the one that Amazon has published', () => {
  const headers = {
    host: 'examplebucket.s3.amazonaws.com',
    range: 'bytes=0-9',
    'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'x-amz-date': '20130524T000000Z',
  }
  const signature = signatureOf(
    { method: 'GET', path: '/test.txt', headers },
    Object.keys(headers),
    '20130524/us-east-1/s3/aws4_request',
    'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  )
  assert.equal(signature, 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41')
})

test('s3: another secret, and another region, are refused by name', async () => {
  for (const wrong of [{ secretAccessKey: 'close sesame' }, { region: 'us-east-1' }]) {
    const store = s3FileStore({ ...credentials, ...wrong, url: bucket.url })
    const refusal = /403 \(SignatureDoesNotMatch\)/
    await assert.rejects(store.write(randomUUID(), upload('x'), 1), refusal)
    await assert.rejects(store.read(randomUUID()), refusal)
    await assert.rejects(store.remove(randomUUID()), refusal)
  }
})

test('s3: what the bucket refuses is no file, and is one with the next try', async () => {
  const fileId = randomUUID()
  bucket.failNext(503, 'SlowDown')
  await assert.rejects(s3.write(fileId, upload('x'), 1), /503 \(SlowDown\)/)
  assert.equal(await s3.read(fileId), undefined)
  await s3.write(fileId, upload('x'), 1)
  bucket.failNext(500, 'InternalError')
  await assert.rejects(s3.read(fileId), /500 \(InternalError\)/)
  assert.deepEqual(
    [...bucket.objects.keys()].filter((one) => one.includes(fileId)),
    [`/bucket/${fileId.slice(-2)}/${fileId}`],
  )
})

test('s3: a bucket that is away is an error, not an absence', async () => {
  const away = await startS3Double(credentials)
  await away.stop()
  const store = s3FileStore({ ...credentials, url: away.url })
  await assert.rejects(store.read(randomUUID()), TypeError)
  await assert.rejects(store.remove(randomUUID()), TypeError)
})

async function filesIn(place: string): Promise<string[]> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(place.length + 1))
}
