// What the tests of files stand on: the service on a folder, people, rooms and a clock of its own.
import { readFile as readRoute, readFileInfo, uploadFile } from '@sosik/contract/files'
import type { AnswerOf } from '@sosik/contract/route'
import { type Database, migrate } from 'sosik/postgres'
import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { ask } from '../rehearsal.ts'
import type { Conditions, Download } from '../service.ts'
import type { FileStore } from './file-store.ts'
import { type FilesService, filesService, messageFiles } from './index.ts'
import { sweepFiles } from './sweep.ts'

export const GIF = Buffer.from('GIF89a\x01\x00\x01\x00\x80 and more', 'latin1')
export const START_MS = Date.parse('2026-01-27T12:00:00.000Z')

type Info = AnswerOf<typeof uploadFile>

export interface NewUpload {
  readonly kind?: 'image' | 'file'
  readonly name?: string
  readonly clientFileId?: string
  readonly bytes?: Buffer | Readable
  readonly sizeBytes?: number
}

export interface Stage {
  readonly files: FilesService
  readonly errors: Error[]
  /** Who may read which seqs of which room, as `room/seq/person`. */
  readonly readers: Set<string>
  wait(ms: number): void
  upload(userId: number, given?: NewUpload): Promise<Info>
  /** Ties the file to a message in a transaction of its own, as chat does. */
  tie(file: Info, messageId: string, roomId: number, seq: number): Promise<boolean>
  /** Deletes the message as chat does. */
  drop(messageId: string): Promise<void>
  info(userId: number, fileId: string): Promise<Info>
  download(userId: number, fileId: string, conditions?: Conditions): Promise<Download>
  read(userId: number, fileId: string): Promise<Buffer>
  sweep(): Promise<void>
}

export async function openStage(database: Database, store: FileStore): Promise<Stage> {
  let nowMs = START_MS
  const clock = { nowMs: () => nowMs, after: () => () => {} }
  const errors: Error[] = []
  const readers = new Set<string>()
  const files = filesService({
    database,
    store,
    clock,
    onError: (error) => errors.push(error),
    mayRead: async (_sql, roomId, seq, userId) => readers.has(`${roomId}/${seq}/${userId}`),
    newFileId: randomUUID,
  })
  const stage: Stage = {
    files,
    errors,
    readers,
    wait: (ms) => void (nowMs += ms),
    upload(userId, { kind = 'file', name = 'a.txt', bytes = GIF, ...given } = {}) {
      const query = { kind, name, client_file_id: given.clientFileId ?? randomUUID() }
      const sizeBytes = given.sizeBytes ?? (bytes instanceof Readable ? 0 : bytes.length)
      const stream =
        bytes instanceof Readable ? bytes : Readable.from([bytes], { objectMode: false })
      return ask(files, uploadFile, userId, { query, body: { bytes: stream, sizeBytes } })
    },
    tie: ({ file_id: fileId, user_id: userId, kind }, messageId, roomId, seq) =>
      database.transaction((tx) =>
        messageFiles.tie(tx, { fileId, userId, kind }, { messageId, roomId, seq }),
      ),
    drop: (messageId) =>
      database.transaction((tx) => messageFiles.drop(tx, messageId, new Date(nowMs))),
    info: (userId, file_id) => ask(files, readFileInfo, userId, { params: { file_id } }),
    download: (userId, file_id, conditions = {}) =>
      ask(files, readRoute, userId, { params: { file_id }, conditions }) as Promise<Download>,
    async read(userId, fileId) {
      const { bytes } = await stage.download(userId, fileId)
      return buffer(bytes ?? Readable.from([]))
    },
    sweep: () => sweepFiles({ database, store, clock }),
  }
  await migrate(database, files.migrations)
  return stage
}
