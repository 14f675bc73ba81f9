// The messages of an open room: a stretch of its history without a hole, up to its end.
import type { listMessages } from '@sosik/contract/chat'
import type { DurableNews, NewsData } from '@sosik/contract/news'
import type { AnswerOf } from '@sosik/contract/route'
import type { StreamEvent } from '../events.ts'
import { reducerOf } from './reducer.ts'

export type Message = AnswerOf<typeof listMessages>['items'][number]

export interface OpenRoom {
  readonly room_id: number
  /** Ascending, at most `MESSAGES_KEPT_MAX`. */
  readonly messages: readonly Message[]
  /** All up to this seq that I may read is known, back to the first of `messages`. */
  readonly end_seq: number
  /** Whether there may be messages before the first one. */
  readonly has_older: boolean
}

/** So many are kept of an open room; the oldest leave it first. */
const MESSAGES_KEPT_MAX = 500

export const applyToMessages = reducerOf<OpenRoom>({
  message: said,
  own_message: said,
  message_edited: (open, edit) => changed(open, edit, (message) => withEdit(message, edit)),
  message_deleted: (open, deletion) =>
    changed(open, deletion, (message) => withDeletion(message, deletion)),
})

/** Whether messages are missing before the event's: they are to be read, after the event. */
export function areMessagesToRead(open: OpenRoom, event: StreamEvent): boolean {
  if (event.type !== 'message' && event.type !== 'own_message') return false
  const { room_id, seq } = event.data as unknown as NewsData['message']
  return room_id === open.room_id && (seq === undefined || seq > open.end_seq + 1)
}

/** With what was read after the last message; ascending, and without a hole. */
export function withNewer(open: OpenRoom, newer: readonly Message[]): OpenRoom {
  const all = [...open.messages, ...newer]
  const messages = all.slice(-MESSAGES_KEPT_MAX)
  return {
    ...open,
    messages,
    end_seq: Math.max(open.end_seq, messages.at(-1)?.seq ?? 0),
    has_older: open.has_older || messages.length < all.length,
  }
}

/** A message as it is listed, from the event that tells it. */
export function messageOf(said: DurableNews['message']): Message {
  const { username: _username, seq = 0, client_message_id = '', ...rest } = said
  return { ...rest, seq, client_message_id }
}

/** A tombstone stays one: what was edited before its deletion can be told late. */
export function withEdit(message: Message, edit: DurableNews['message_edited']): Message {
  const { message_id, content, edited_at } = edit
  if (message.message_id !== message_id || message.deleted_at !== undefined) return message
  return { ...message, content, edited_at }
}

export function withDeletion(
  message: Message,
  { message_id, deleted_at }: DurableNews['message_deleted'],
): Message {
  if (message.message_id !== message_id) return message
  return { ...message, content: '', deleted_at }
}

function said(open: OpenRoom, data: DurableNews['message']): OpenRoom {
  if (data.room_id !== open.room_id || data.seq !== open.end_seq + 1) return open
  return withNewer(open, [messageOf(data)])
}

function changed(
  open: OpenRoom,
  { room_id }: { readonly room_id: number },
  change: (message: Message) => Message,
): OpenRoom {
  if (room_id !== open.room_id) return open
  return { ...open, messages: open.messages.map(change) }
}
