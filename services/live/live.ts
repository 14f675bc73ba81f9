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

/** News with its place in the person's line. */
export interface NumberedNews extends News {
  readonly userSeq: number
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

export type Resume =
  | { readonly from: number; readonly resync: undefined }
  | { readonly from: number; readonly resync: ResyncReason }

export type ResyncReason = 'cursor_invalid' | 'epoch_changed' | 'too_old' | 'ahead'

/**
 * Where a stream begins: after the cursor when every later event is still stored, else at the head
 * with the reason why the client has to take a snapshot. `oldest` is the oldest stored number.
 */
export function resumeAt(
  lastEventId: string | undefined,
  line: { readonly head: Cursor; readonly oldest: number | undefined },
): Resume {
  const from = line.head.userSeq
  if (lastEventId === undefined) return { from, resync: undefined }
  const cursor = parseCursor(lastEventId)
  if (cursor === undefined) return { from, resync: 'cursor_invalid' }
  if (cursor.epoch !== line.head.epoch) return { from, resync: 'epoch_changed' }
  if (cursor.userSeq > from) return { from, resync: 'ahead' }
  const oldest = line.oldest ?? from + 1
  if (cursor.userSeq + 1 < oldest) return { from, resync: 'too_old' }
  return { from: cursor.userSeq, resync: undefined }
}

/** What travels on the person's channel: the document's three fields, and the place in the line. */
export function bellText(epoch: string, news: NumberedNews): string {
  const { type, title, data, userSeq } = news
  return JSON.stringify({ type, title, data, id: formatCursor({ epoch, userSeq }) })
}

/** A frame of the stream; without an id it is not counted by `Last-Event-ID`. */
export function frame(news: News, id?: string): string {
  const { type, title, data } = news
  const body = JSON.stringify(id === undefined ? { type, title, data } : { type, title, data, id })
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${body}\n\n`
}

export const HEARTBEAT_FRAME = ': heartbeat\n\n'
