// The rules of the last mile: cursors, frames, and where a stream may resume. Pure.

/** What a person is told. `title` is for people, `data` for programs. */
export interface News {
  readonly type: string
  readonly title: string
  readonly data: object
}

/** News for one line: a person's, or that of a large room, which has the room's id below nought. */
export interface Letter extends News {
  readonly userId: number
}

/** News with its place in the line, and the text it travels as where that is known. */
export interface NumberedNews extends News {
  readonly userSeq: number
  readonly text?: string
  /** Not for this reader: it is counted, and not sent. */
  readonly isHidden?: boolean
}

/**
 * A place in one person's line, and in those of large rooms, by room id; another epoch is another
 * line.
 */
export interface Cursor {
  readonly epoch: string
  readonly userSeq: number
  readonly rooms?: ReadonlyMap<number, number>
}

/** A cursor names so many rooms; of further ones nobody knows where a reader stood. */
export const CURSOR_ROOMS_MAX = 50
const CURSOR = /^([0-9a-f]{1,32})\.(\d{1,15})((?:~\d{1,15}\.\d{1,15}){0,50})$/

/** `epoch.user_seq`, and `~room.seq` for each large room. */
export function formatCursor({ epoch, userSeq, rooms }: Cursor): string {
  if (rooms === undefined) return `${epoch}.${userSeq}`
  const places = [...rooms].slice(0, CURSOR_ROOMS_MAX).map((place) => place.join('.'))
  return [`${epoch}.${userSeq}`, ...places].join('~')
}

/** Undefined for a text that is no cursor of ours. */
export function parseCursor(text: string): Cursor | undefined {
  const [, epoch, userSeq, places = ''] = CURSOR.exec(text) ?? []
  if (epoch === undefined) return undefined
  const cursor = { epoch, userSeq: Number(userSeq) }
  if (places === '') return cursor
  const rooms = places.slice(1).split('~')
  return { ...cursor, rooms: new Map(rooms.map((one) => numbersOf(one.split('.')))) }
}

const numbersOf = ([roomId, seq]: readonly string[]) => [Number(roomId), Number(seq)] as const

/** A client that is further behind takes a snapshot: it is less than the replay would be. */
export const REPLAY_EVENTS_MAX = 2_000

/** Where a stream begins, and why it cannot go on after its cursor, if it cannot. */
export interface Resume {
  readonly from: number
  /** By room id; a room without a place is to be read anew. */
  readonly rooms?: ReadonlyMap<number, number | undefined>
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
  const { userSeq: from, rooms } = head
  const atHead = { from, ...(rooms !== undefined && { rooms }) }
  if (lastEventId === undefined) return { ...atHead, resync: undefined }
  const cursor = parseCursor(lastEventId)
  if (cursor === undefined) return { ...atHead, resync: 'cursor_invalid' }
  if (cursor.epoch !== head.epoch) return { ...atHead, resync: 'epoch_changed' }
  if (cursor.userSeq > from) return { ...atHead, resync: 'ahead' }
  if (from - cursor.userSeq > REPLAY_EVENTS_MAX) return { ...atHead, resync: 'too_far_behind' }
  if (rooms === undefined) return { from: cursor.userSeq, resync: undefined }
  return { from: cursor.userSeq, rooms: roomsAt(cursor, rooms), resync: undefined }
}

/** The cursor's own place in a room where it can go on from there, else none. */
function roomsAt(
  cursor: Cursor,
  heads: ReadonlyMap<number, number>,
): ReadonlyMap<number, number | undefined> {
  const canGoOn = (seq: number, head: number) => seq <= head && head - seq <= REPLAY_EVENTS_MAX
  return new Map(
    [...heads].map(([roomId, head]) => {
      const seq = cursor.rooms?.get(roomId)
      return [roomId, seq !== undefined && canGoOn(seq, head) ? seq : undefined] as const
    }),
  )
}

/** What travels on the line's channel: the document's three fields, and the place in the line. */
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

/** The same of a large room's line, which its data names. */
export const roomText = (roomId: number, { type, title, data }: News): string =>
  JSON.stringify({ type, title, data, room_id: roomId })

/** Without an id where the cursor has no place for the room: it is read anew after this stream. */
export function roomFrame(place: Cursor, roomId: number, type: string, text: string): string {
  const id = place.rooms?.has(roomId) ? `id: ${formatCursor(place)}\n` : ''
  return `${id}event: ${type}\ndata: ${text}\n\n`
}

/** Tells a browser its place before there is any event; nothing is dispatched for it. */
export const placeFrame = (place: Cursor): string => `id: ${formatCursor(place)}\n\n`

/** How long a client waits before it comes back. */
export const retryFrame = (retryMs: number): string => `retry: ${Math.round(retryMs)}\n\n`

export const HEARTBEAT_FRAME = ': heartbeat\n\n'
