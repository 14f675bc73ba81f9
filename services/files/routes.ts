// Files as they are uploaded, described and fetched; who may, is asked each time anew.
import { Problem } from '@sosik/contract/errors'
import { readFile, readFileInfo, uploadFile } from '@sosik/contract/files'
import type { Sql } from 'sosik/postgres'
import { type Answering, answering, type Conditions, type Download } from '../service.ts'
import { disposition, fileName, hasTag, requireSize, spanOf } from './files.ts'
import type { FileStore } from './file-store.ts'
import { type FileRow, findFile, infoOf } from './store.ts'
import { takeUpload, type UploadParts } from './upload.ts'

export interface FileParts extends UploadParts {
  /** Whether somebody may read the message of that seq now. */
  readonly mayRead: (sql: Sql, roomId: number, seq: number, userId: number) => Promise<boolean>
  readonly newFileId: () => string
}

export function fileRoutes(parts: FileParts): Answering[] {
  const { clock, newFileId, store } = parts
  return [
    answering(uploadFile, async ({ query, body, caller: { userId } }) => {
      requireSize(query.kind, body.sizeBytes)
      const file = {
        fileId: newFileId(),
        userId,
        clientFileId: query.client_file_id,
        kind: query.kind,
        name: fileName(query.name),
        sizeBytes: body.sizeBytes,
        now: new Date(clock.nowMs()),
      }
      return infoOf(await takeUpload(parts, file, body.bytes))
    }),

    answering(readFileInfo, async ({ params, caller }) =>
      infoOf(await fileFor(parts, params.file_id, caller.userId)),
    ),

    answering(readFile, async ({ params, caller, conditions }) =>
      downloadOf(store, await fileFor(parts, params.file_id, caller.userId), conditions),
    ),
  ]
}

/** Its owner's until it is sent, then of who may read the message; of nobody else, like no file. */
async function fileFor(
  { database, mayRead }: FileParts,
  fileId: string,
  userId: number,
): Promise<FileRow> {
  const file = await findFile(database, fileId)
  if (file === undefined) throw new Problem('not_found')
  const { room_id: roomId, seq } = file
  const isOpen =
    roomId === null || seq === null
      ? file.user_id === userId
      : await mayRead(database, roomId, seq, userId)
  if (!isOpen) throw new Problem('not_found')
  return file
}

async function downloadOf(
  store: FileStore,
  file: FileRow,
  { range, ifNoneMatch }: Conditions,
): Promise<Download> {
  const tag = `"${Buffer.from(file.sha256).toString('base64url')}"`
  const headers = {
    etag: tag,
    // Kept by the caller's browser, and asked for again: who was removed gets it no more.
    'cache-control': 'private, no-cache',
    // Opened as a page of its own it may run nothing and belongs to nobody.
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  }
  if (hasTag(ifNoneMatch, tag)) return { status: 304, headers }
  const span = spanOf(range, file.size_bytes)
  const bytes = await store.read(file.id, span)
  if (bytes === undefined) throw new Error(`The bytes of the file ${file.id} are lost.`)
  const { start, end } = span ?? { start: 0, end: file.size_bytes - 1 }
  return {
    status: span === undefined ? 200 : 206,
    headers: {
      ...headers,
      'content-type': file.media_type,
      'content-disposition': disposition(file.kind, file.name),
      'content-length': end - start + 1,
      'accept-ranges': 'bytes',
      ...(span && { 'content-range': `bytes ${start}-${end}/${file.size_bytes}` }),
    },
    bytes,
  }
}
