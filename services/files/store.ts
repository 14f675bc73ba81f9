// The tables of files: reserved, stored, tied to a message, removed, and in the end forgotten.
import { type FileInfo, fileAddress, USER_BYTES_MAX, USER_FILES_MAX } from '@sosik/contract/files'
import type { Sql } from 'sosik/postgres'
import type { Static } from 'typebox'
import type { Carrier, SentFile } from '../service.ts'
import type { FileKind } from './files.ts'
import type { Found } from './inspection.ts'

export interface NewFile {
  readonly fileId: string
  readonly userId: number
  readonly clientFileId: string
  readonly kind: FileKind
  readonly name: string
  readonly sizeBytes: number
  readonly now: Date
}

/** A file whose bytes are there. */
export interface FileRow {
  readonly id: string
  readonly user_id: number
  readonly client_file_id: string
  readonly kind: FileKind
  readonly name: string
  readonly size_bytes: number
  readonly created_at: Date
  readonly state: 'stored' | 'sent'
  readonly media_type: string
  readonly sha256: Uint8Array
  /** Both are null before it is sent. */
  readonly room_id: number | null
  readonly seq: number | null
}

export function infoOf(file: FileRow): Static<typeof FileInfo> {
  const { id, user_id, kind, name, media_type, size_bytes, client_file_id } = file
  return {
    file_id: id,
    address: fileAddress(id),
    user_id,
    kind,
    name,
    media_type,
    size_bytes,
    client_file_id,
    created_at: file.created_at.toISOString(),
  }
}

/** Takes the place that the file needs, before its bytes come; false when there is none. */
export async function reserveFile(sql: Sql, file: NewFile, sweepAt: Date): Promise<boolean> {
  const reserved = await sql.query(
    `with owner as (
       insert into files_owner as mine (user_id, files, bytes) values ($2, 1, $6)
       on conflict (user_id) do update set files = mine.files + 1, bytes = mine.bytes + $6
         where mine.files < $9 and mine.bytes + $6 <= $10
       returning user_id)
     insert into files_file
       (id, user_id, client_file_id, kind, name, size_bytes, created_at, state, sweep_at)
     select $1, user_id, $3, $4, $5, $6, $7, 'uploading', $8 from owner returning 1`,
    [
      file.fileId,
      file.userId,
      file.clientFileId,
      file.kind,
      file.name,
      file.sizeBytes,
      file.now,
      sweepAt,
      USER_FILES_MAX,
      USER_BYTES_MAX,
    ],
  )
  return reserved.length === 1
}

/** Nothing for one that was swept meanwhile. Throws SQLSTATE 23505 after a twin. */
export async function keepFile(
  sql: Sql,
  fileId: string,
  { mediaType, sha256 }: Found,
  sweepAt: Date,
): Promise<FileRow | undefined> {
  const [row] = await sql.query<FileRow>(
    `update files_file set state = 'stored', media_type = $2, sha256 = $3, sweep_at = $4
     where id = $1 and state = 'uploading' returning *`,
    [fileId, mediaType, sha256, sweepAt],
  )
  return row
}

export async function findFile(sql: Sql, fileId: string): Promise<FileRow | undefined> {
  const [row] = await sql.query<FileRow>(
    `select * from files_file where id = $1 and state in ('stored', 'sent')`,
    [fileId],
  )
  return row
}

export async function findOfClient(
  sql: Sql,
  userId: number,
  clientFileId: string,
): Promise<FileRow | undefined> {
  const [row] = await sql.query<FileRow>(
    `select * from files_file
     where user_id = $1 and client_file_id = $2 and state in ('stored', 'sent')`,
    [userId, clientFileId],
  )
  return row
}

/** False for a file that is not the person's, not of the kind, sent already, or not there. */
export async function tieFile(sql: Sql, file: SentFile, carrier: Carrier): Promise<boolean> {
  const tied = await sql.query(
    `update files_file
     set state = 'sent', message_id = $4, room_id = $5, seq = $6, sweep_at = null
     where id = $1 and user_id = $2 and kind = $3 and state = 'stored' returning 1`,
    [file.fileId, file.userId, file.kind, carrier.messageId, carrier.roomId, carrier.seq],
  )
  return tied.length === 1
}

/** The file that a message carries, if it carries one, is left to the sweep. */
export async function dropFile(sql: Sql, messageId: string, now: Date): Promise<void> {
  await sql.query(
    `update files_file set state = 'removed', sweep_at = $2
     where message_id = $1 and state = 'sent'`,
    [messageId, now],
  )
}

/** An upload that came to nothing is left to the sweep. */
export async function dropUpload(sql: Sql, fileId: string, now: Date): Promise<void> {
  await sql.query(
    `update files_file set state = 'removed', sweep_at = $2
     where id = $1 and state = 'uploading'`,
    [fileId, now],
  )
}

/**
 * Those whose time is over, as removed; answers their ids. They come again at `againAt` unless they
 * are forgotten by then; of several processes each gets others.
 */
export async function takeSwept(
  sql: Sql,
  now: Date,
  againAt: Date,
  limit: number,
): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `update files_file set state = 'removed', sweep_at = $2 where id = any(array(
       select id from files_file where sweep_at <= $1 order by sweep_at limit $3
       for update skip locked))
     returning id`,
    [now, againAt, limit],
  )
  return rows.map((row) => row.id)
}

/** Once the bytes are gone: the row goes, and its owner has the place again. */
export async function forgetFile(sql: Sql, fileId: string): Promise<void> {
  await sql.query(
    `with gone as (
       delete from files_file where id = $1 and state = 'removed' returning user_id, size_bytes)
     update files_owner as mine set files = files - 1, bytes = bytes - gone.size_bytes
     from gone where mine.user_id = gone.user_id`,
    [fileId],
  )
}
