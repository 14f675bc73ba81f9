// Where the law's world keeps uploads: in memory, for as long as the world is there.
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { exactly, type FileStore } from '@sosik/services/files/file-store.ts'

export function filesInMemory(): FileStore {
  const kept = new Map<string, Buffer>()
  return {
    async write(fileId, bytes, sizeBytes) {
      kept.set(fileId, await buffer(exactly(sizeBytes, bytes)))
    },
    async read(fileId, { start, end } = { start: 0, end: Number.POSITIVE_INFINITY }) {
      const bytes = kept.get(fileId)
      return bytes && Readable.from([bytes.subarray(start, end + 1)])
    },
    async remove(fileId) {
      kept.delete(fileId)
    },
  }
}
