// One upload, from the place that is reserved for it to the kept file; what breaks is swept.
import { Problem } from '@sosik/contract/errors'
import type { Clock } from 'sosik'
import { type Database, sqlState } from 'sosik/postgres'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { FileStore } from './file-store.ts'
import { type Found, inspect } from './inspection.ts'
import {
  dropUpload,
  type FileRow,
  findOfClient,
  keepFile,
  type NewFile,
  reserveFile,
} from './store.ts'

export interface UploadParts {
  readonly database: Database
  readonly store: FileStore
  readonly clock: Clock
  readonly onError: (error: Error) => void
}

/** Longer than any upload takes: the host ends a request long before. */
const UPLOADING_MS_MAX = 3_600_000
/** A file that nobody has sent by then goes. */
const UNSENT_MS_MAX = 24 * 3_600_000

const UNIQUE_VIOLATION = '23505'

/** Uploads once a client id. Throws `file_conflict` for other bytes, `files_full` without place. */
export async function takeUpload(
  parts: UploadParts,
  file: NewFile,
  bytes: Readable,
): Promise<FileRow> {
  const { database } = parts
  const earlier = await findOfClient(database, file.userId, file.clientFileId)
  if (earlier !== undefined) return requireSame(earlier, file, await foundIn(file, bytes))
  const sweepAt = new Date(file.now.getTime() + UPLOADING_MS_MAX)
  if (!(await reserveFile(database, file, sweepAt))) throw new Problem('files_full')
  try {
    return await keep(parts, file, bytes)
  } catch (error) {
    const now = new Date(parts.clock.nowMs())
    await dropUpload(database, file.fileId, now).catch(parts.onError)
    throw error
  }
}

async function keep(
  { database, store, clock }: UploadParts,
  file: NewFile,
  bytes: Readable,
): Promise<FileRow> {
  const inspection = inspect(file.kind, bytes)
  await store.write(file.fileId, inspection.bytes, file.sizeBytes).catch((error: unknown) => {
    throw inspection.fault ?? error
  })
  const found = inspection.found()
  const sweepAt = new Date(clock.nowMs() + UNSENT_MS_MAX)
  try {
    const kept = await keepFile(database, file.fileId, found, sweepAt)
    if (kept === undefined) throw new Problem('not_ready', 'The upload took too long.')
    return kept
  } catch (error) {
    // A twin with the same client id was first: its file is the answer to both.
    if (sqlState(error) !== UNIQUE_VIOLATION) throw error
    const twin = await findOfClient(database, file.userId, file.clientFileId)
    if (twin === undefined) throw error
    await dropUpload(database, file.fileId, new Date(clock.nowMs()))
    return requireSame(twin, file, found)
  }
}

/** Reads what needs not be kept, for what it is. */
async function foundIn({ kind }: NewFile, bytes: Readable): Promise<Found> {
  const inspection = inspect(kind, bytes)
  await finished(inspection.bytes.resume())
  return inspection.found()
}

function requireSame(earlier: FileRow, file: NewFile, found: Found): FileRow {
  const isSame =
    earlier.kind === file.kind &&
    earlier.name === file.name &&
    Buffer.from(earlier.sha256).equals(found.sha256)
  if (!isSame) throw new Problem('file_conflict')
  return earlier
}
