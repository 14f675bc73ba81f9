// The rules of chat: who makes up a room, what a message may say, whom reading concerns.
import { createHash } from 'node:crypto'
import {
  CONTENT_LENGTH_MAX,
  LARGE_ROOM_MEMBERS,
  MESSAGES_READ_MAX,
  ROOM_NAME_LENGTH_MAX,
} from '@sosik/contract/chat'
import { Problem } from '@sosik/contract/errors'
import { fileIdOf } from '@sosik/contract/files'
import type { SentFile } from '../service.ts'

export type RoomType = 'direct' | 'group'
export type MessageType = 'text' | 'image' | 'file'

export interface RoomPlan {
  readonly creatorId: number
  readonly roomType: RoomType
  /** Empty for a direct room: each side sees the other's name. */
  readonly name: string
  /** Everybody, ascending. */
  readonly memberIds: readonly number[]
  readonly firstOtherId: number
  readonly isLarge: boolean
}

/** Throws `room_members_invalid` unless there is one other in a direct room, any in a group. */
export function planRoom(
  creatorId: number,
  wanted: { room_type: RoomType; member_ids: readonly number[]; name?: string },
  largeRoomMembers = LARGE_ROOM_MEMBERS,
): RoomPlan {
  const memberIds = [...new Set([creatorId, ...wanted.member_ids])].sort((a, b) => a - b)
  const [firstOtherId, ...furtherIds] = memberIds.filter((id) => id !== creatorId)
  const direct = wanted.room_type === 'direct'
  if (firstOtherId === undefined || (direct && furtherIds.length > 0)) {
    throw new Problem('room_members_invalid')
  }
  const name = direct ? '' : roomName(wanted.name ?? '')
  const isLarge = !direct && memberIds.length > largeRoomMembers
  return { creatorId, roomType: wanted.room_type, name, memberIds, firstOtherId, isLarge }
}

/** A group's name as it is stored. */
export function roomName(given: string): string {
  return normalText('name', given, ROOM_NAME_LENGTH_MAX)
}

export interface Saying {
  readonly content: string
  readonly message_type: MessageType
}

/**
 * What is stored of a body: text in NFC, an image's or a file's address as it came. Throws
 * `message_content_invalid` for what is the address neither of an upload nor of the web.
 */
export function sayingOf(body: { content: string; message_type?: MessageType }): Saying {
  const { content, message_type = 'text' } = body
  if (message_type === 'text') {
    return { content: normalText('content', content, CONTENT_LENGTH_MAX), message_type }
  }
  if (fileIdOf(content) === undefined && !isWebAddress(content)) {
    throw new Problem('message_content_invalid')
  }
  return { content, message_type }
}

/** The upload that a message carries; undefined for a text and for an address elsewhere. */
export function carriedFile(
  { content, message_type: kind }: Saying,
  userId: number,
): SentFile | undefined {
  if (kind === 'text') return undefined
  const fileId = fileIdOf(content)
  return fileId === undefined ? undefined : { fileId, userId, kind }
}

/** What a client id stands for: the same body has the same hash, whatever became of the message. */
export function bodyHash({ content, message_type }: Saying): Uint8Array {
  return createHash('sha256').update(`${message_type}\n${content}`).digest()
}

export interface Said extends Saying {
  readonly user_id: number
  readonly deleted_at?: string
}

/** Throws unless the message is a text of the person's that still says something. */
export function requireEditable(message: Said, userId: number): void {
  if (message.user_id !== userId) throw new Problem('not_allowed')
  if (message.deleted_at !== undefined) throw new Problem('message_deleted')
  if (message.message_type !== 'text') throw new Problem('message_not_text')
}

/** Throws unless the message, or the group that it stands in, is the person's. */
export function requireDeletable(
  message: Said,
  room: { readonly ownerId: number | null },
  userId: number,
): void {
  if (message.user_id !== userId && room.ownerId !== userId) throw new Problem('not_allowed')
}

/** When an edit happens: after the one before it, whatever the clocks of two servers say. */
export function editTime(nowMs: number, editedAt: string | undefined): string {
  const beforeMs = editedAt === undefined ? -Infinity : Date.parse(editedAt)
  return new Date(Math.max(nowMs, beforeMs + 1)).toISOString()
}

/** A stretch of a room's history: after the one seq, up to and with the other. */
export interface Span {
  readonly after: number
  readonly upTo: number
}

/**
 * What a marker passes over on its way, in spans that fit one `MessagesRead` each; none when it
 * does not move. Throws `read_beyond_end` for a seq that the room does not have yet.
 */
export function passedOver(readSeq: number, lastSeq: number, seq: number): Span[] {
  if (seq > lastSeq) throw new Problem('read_beyond_end')
  const spans: Span[] = []
  for (let after = readSeq; after < seq; after += MESSAGES_READ_MAX) {
    spans.push({ after, upTo: Math.min(after + MESSAGES_READ_MAX, seq) })
  }
  return spans
}

/** Well-formed text in NFC; that can be longer than it came, so its length is checked here. */
function normalText(field: string, given: string, lengthMax: number): string {
  const text = given.toWellFormed().normalize('NFC')
  if (Array.from(text).length <= lengthMax) return text
  throw new Problem('body_invalid', `${field} is longer than ${lengthMax} characters in NFC.`)
}

/** The parser alone would let `http:x` and blanks around an address pass. */
function isWebAddress(content: string): boolean {
  return /^https?:\/\/\S+$/i.test(content) && content.isWellFormed() && URL.canParse(content)
}
