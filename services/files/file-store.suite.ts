// What every store of files promises; each adapter runs this suite.
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import type { FileStore } from './file-store.ts'

const KIB = 1024

export function fileStoreSuite(name: string, store: FileStore): void {
  const write = (fileId: string, chunks: Iterable<Buffer> | AsyncIterable<Buffer>, size: number) =>
    store.write(fileId, Readable.from(chunks, { objectMode: false }), size)

  async function bytesOf(fileId: string, span?: { start: number; end: number }) {
    const bytes = await store.read(fileId, span)
    return bytes && buffer(bytes)
  }

  test(`${name}: what was written is read, all of it or a span`, async () => {
    const fileId = randomUUID()
    const chunks = Array.from({ length: 40 }, () => randomBytes(64 * KIB))
    const whole = Buffer.concat(chunks)
    await write(fileId, chunks, whole.length)
    assert.deepEqual(await bytesOf(fileId), whole)
    assert.deepEqual(await bytesOf(fileId, { start: 0, end: 0 }), whole.subarray(0, 1))
    const [start, end] = [70 * KIB, 140 * KIB]
    assert.deepEqual(await bytesOf(fileId, { start, end }), whole.subarray(start, end + 1))
  })

  test(`${name}: files do not touch each other, and a removed one is gone`, async () => {
    const fileIds = Array.from({ length: 20 }, () => randomUUID())
    await Promise.all(fileIds.map((fileId) => write(fileId, [Buffer.from(fileId)], 36)))
    const [first = '', ...others] = fileIds
    await store.remove(first)
    assert.equal(await bytesOf(first), undefined)
    for (const fileId of others) assert.equal(String(await bytesOf(fileId)), fileId)
  })

  test(`${name}: what is not there is undefined, and removed without a word`, async () => {
    const fileId = randomUUID()
    assert.equal(await bytesOf(fileId), undefined)
    await store.remove(fileId)
    await store.remove(fileId)
  })

  test(`${name}: too few bytes, too many and broken ones are kept by nobody`, async () => {
    async function* breaking() {
      yield randomBytes(KIB)
      throw new Error('the line is cut')
    }
    const broken = [
      (fileId: string) => write(fileId, [randomBytes(KIB)], KIB + 1),
      (fileId: string) => write(fileId, [randomBytes(KIB), randomBytes(1)], KIB),
      (fileId: string) => write(fileId, breaking(), 2 * KIB),
    ]
    for (const attempt of broken) {
      const fileId = randomUUID()
      await assert.rejects(attempt(fileId))
      assert.equal(await bytesOf(fileId), undefined)
      await store.remove(fileId)
    }
  })

  test(`${name}: an id that is none never becomes a place`, async () => {
    const whole = randomUUID()
    for (const fileId of ['', '..', '../../etc/passwd', `${whole}/..`, whole.toUpperCase()]) {
      await assert.rejects(write(fileId, [Buffer.from('x')], 1), TypeError)
      await assert.rejects(store.read(fileId), TypeError)
      await assert.rejects(store.remove(fileId), TypeError)
    }
  })
}
