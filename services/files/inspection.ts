// What a file turns out to be while its bytes go by: an image or none, and its hash.
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { type FileKind, HEAD_BYTES, mediaTypeOf } from './files.ts'

export interface Found {
  readonly mediaType: string
  readonly sha256: Uint8Array
}

export interface Inspection {
  /** The bytes, to be read once. Fails at the head of what is no image, before much is stored. */
  readonly bytes: Readable
  /** After the last byte. */
  found(): Found
  /** Why the bytes are refused, whatever the reader of them made of it. */
  readonly fault: Error | undefined
}

/** What it is given stays open when the reading ends early: an answer goes the same way. */
export function inspect(kind: FileKind, given: Readable): Inspection {
  const hash = createHash('sha256')
  let head: Uint8Array = Buffer.alloc(0)
  let fault: Error | undefined

  async function* through() {
    try {
      for await (const chunk of given.iterator({ destroyOnReturn: false })) {
        const bytes = chunk as Buffer
        hash.update(bytes)
        if (head.length < HEAD_BYTES) {
          head = Buffer.concat([head, bytes.subarray(0, HEAD_BYTES - head.length)])
          if (head.length === HEAD_BYTES) mediaTypeOf(kind, head)
        }
        yield bytes
      }
      mediaTypeOf(kind, head)
    } catch (error) {
      fault = error as Error
      throw error
    }
  }

  return {
    bytes: Readable.from(through(), { objectMode: false }),
    found: () => ({ mediaType: mediaTypeOf(kind, head), sha256: hash.digest() }),
    get fault() {
      return fault
    },
  }
}
