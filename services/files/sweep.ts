// Takes what nobody needs any more out of the store: unsent, broken off, or of a deleted message.
import type { Clock } from 'sosik'
import type { Database } from 'sosik/postgres'
import type { FileStore } from './file-store.ts'
import { forgetFile, takeSwept } from './store.ts'

export interface SweepParts {
  readonly database: Database
  readonly store: FileStore
  readonly clock: Clock
}

export const SWEPT_AT_ONCE_MAX = 100
/** What could not be removed is tried again so much later, by whichever process is there then. */
const AGAIN_MS = 600_000

/**
 * The row stays until the bytes are gone, and both may be tried again: whenever a process dies, the
 * next one goes on. Rejects with the first failure; the others wait for the next run.
 */
export async function sweepFiles({ database, store, clock }: SweepParts): Promise<void> {
  let fileIds: string[]
  do {
    const nowMs = clock.nowMs()
    const againAt = new Date(nowMs + AGAIN_MS)
    fileIds = await takeSwept(database, new Date(nowMs), againAt, SWEPT_AT_ONCE_MAX)
    for (const fileId of fileIds) {
      await store.remove(fileId)
      await forgetFile(database, fileId)
    }
  } while (fileIds.length === SWEPT_AT_ONCE_MAX)
}
