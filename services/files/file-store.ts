// The port to where the bytes of files are: a folder, or a bucket.
import type { Readable } from 'node:stream'
import type { Span } from './files.ts'

export interface FileStore {
  /** Resolves when all of the bytes are kept for good; rejects when not so many came, or others. */
  write(fileId: string, bytes: Readable, sizeBytes: number): Promise<void>
  /** The bytes, or the span of them that there must be; undefined for a file that is not there. */
  read(fileId: string, span?: Span): Promise<Readable | undefined>
  /** What is not there is removed as well; so is what a broken `write` has left. */
  remove(fileId: string): Promise<void>
}

const FILE_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Where a file is inside of its store: in one of 256 folders, by the random end of its id. */
export function placeOf(fileId: string): string {
  if (!FILE_ID.test(fileId)) throw new TypeError(`No id of a file: ${JSON.stringify(fileId)}`)
  return `${fileId.slice(-2)}/${fileId}`
}

/** The last of the bytes comes when there are no more of them, and not at all when others came. */
export async function* exactly(
  sizeBytes: number,
  bytes: Readable,
): AsyncGenerator<Uint8Array, void, undefined> {
  let came = 0
  let held: Uint8Array | undefined
  for await (const chunk of bytes) {
    if (held !== undefined) yield held
    held = chunk as Uint8Array
    came += held.byteLength
    if (came > sizeBytes) break
  }
  if (came !== sizeBytes) throw new RangeError(`Not ${sizeBytes} bytes came.`)
  if (held !== undefined) yield held
}
