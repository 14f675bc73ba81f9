// Files in a folder: written beside their place, flushed, and moved there whole.
import { createWriteStream } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { exactly, type FileStore, placeOf } from './file-store.ts'

/** Several processes may share the folder. */
export function diskFileStore(folder: string): FileStore {
  const pathOf = (fileId: string) => join(folder, placeOf(fileId))
  const arrivalOf = (fileId: string) => join(folder, 'incoming', placeOf(fileId))
  return {
    async write(fileId, bytes, sizeBytes) {
      const [arrival, path] = [arrivalOf(fileId), pathOf(fileId)]
      await mkdir(dirname(arrival), { recursive: true })
      await mkdir(dirname(path), { recursive: true })
      try {
        const file = createWriteStream(arrival, { flags: 'wx', flush: true })
        await pipeline(exactly(sizeBytes, bytes), file)
        await rename(arrival, path)
      } catch (error) {
        await rm(arrival, { force: true })
        throw error
      }
      await flushFolder(dirname(path))
    },

    async read(fileId, span) {
      const file = await open(pathOf(fileId)).catch(unlessMissing)
      return file?.createReadStream(span)
    },

    async remove(fileId) {
      await rm(arrivalOf(fileId), { force: true })
      await rm(pathOf(fileId), { force: true })
    },
  }
}

/** After a power cut the name is there as well; Windows cannot open a folder, and need not. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
