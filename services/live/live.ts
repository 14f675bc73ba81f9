// The rules of the last mile: cursors, frames, and where a stream may resume. Pure.

/** What a person is told. `title` is for people, `data` for programs. */
export interface News {
  readonly type: string
  readonly title: string
  readonly data: object
}

/** News for one person. */
export interface Letter extends News {
  readonly userId: number
}

/** News with its place in the person's line, and the text it travels as where that is known. */
export interface NumberedNews extends News {
  readonly userSeq: number
  readonly text?: string
}

/** A place in one person's line; another epoch is another line. */
export interface Cursor {
  readonly epoch: string
  readonly userSeq: number
}

const CURSOR = /^([0-9a-f]{1,32})\.(\d{1,15})$/

export const formatCursor = ({ epoch, userSeq }: Cursor): string => `${epoch}.${userSeq}`

/** Undefined for a text that is no cursor of ours. */
export function parseCursor(text: string): Cursor | undefined {
  const [, epoch, userSeq] = CURSOR.exec(text) ?? []
  return epoch === undefined ? undefined : { epoch, userSeq: Number(userSeq) }
}

/** A client that is further behind takes a snapshot: it is less than the replay would be. */
export const REPLAY_EVENTS_MAX = 2_000

/** Where a stream begins, and why it cannot go on after its cursor, if it cannot. */
export interface Resume {
  readonly from: number
  readonly resync: ResyncReason | undefined
}

export type ResyncReason =
  | 'cursor_invalid'
  | 'epoch_changed'
  | 'ahead'
  | 'too_far_behind'
  | 'too_old'

/**
 * After the cursor, else at the head with the reason why the client has to take a snapshot. That
 * events are not stored any more (`too_old`) is found when they are read.
 */
export function resumeAt(lastEventId: string | undefined, head: Cursor): Resume {
  const from = head.userSeq
  if (lastEventId === undefined) return { from, resync: undefined }
  const cursor = parseCursor(lastEventId)
  if (cursor === undefined) return { from, resync: 'cursor_invalid' }
  if (cursor.epoch !== head.epoch) return { from, resync: 'epoch_changed' }
  if (cursor.userSeq > from) return { from, resync: 'ahead' }
  if (from - cursor.userSeq > REPLAY_EVENTS_MAX) return { from, resync: 'too_far_behind' }
  return { from: cursor.userSeq, resync: undefined }
}

/** What travels on the person's channel: the document's three fields, and the place in the line. */
export function bellText(epoch: string, news: NumberedNews): string {
  const { type, title, data, userSeq } = news
  return JSON.stringify({ type, title, data, id: formatCursor({ epoch, userSeq }) })
}

/** News as heard on a channel; without a place when it is no part of the line. */
export interface Heard {
  readonly news: News
  readonly place: (Cursor & { readonly text: string }) | undefined
}

/** Reads what `bellText` and a whisper write. */
export function heardFrom(text: string): Heard {
  const { type, title, data, id } = JSON.parse(text) as News & { readonly id?: string }
  const cursor = id === undefined ? undefined : parseCursor(id)
  return { news: { type, title, data }, place: cursor && { ...cursor, text } }
}

/** A frame of the stream; without an id it is not counted by `Last-Event-ID`. */
export function frame(news: News): string {
  const { type, title, data } = news
  return `event: ${type}\ndata: ${JSON.stringify({ type, title, data })}\n\n`
}

/** A frame of the line; its data is what the bell carried. */
export function lineFrame(place: Cursor, news: NumberedNews): string {
  const text = news.text ?? bellText(place.epoch, news)
  return `id: ${formatCursor(place)}\nevent: ${news.type}\ndata: ${text}\n\n`
}

/** Tells a browser its place before there is any event; nothing is dispatched for it. */
export const placeFrame = (place: Cursor): string => `id: ${formatCursor(place)}\n\n`

/** How long a client waits before it comes back. */
export const retryFrame = (retryMs: number): string => `retry: ${Math.round(retryMs)}\n\n`

export const HEARTBEAT_FRAME = ': heartbeat\n\n'
