// One open event stream: what its reader is sent, from the greeting to the last frame.
import { roomLine } from '../letters.ts'
import type { ReadBacklog, Stretch } from './backlog.ts'
import {
  type Cursor,
  formatCursor,
  frame,
  HEARTBEAT_FRAME,
  lineFrame,
  type News,
  type NumberedNews,
  placeFrame,
  type Resume,
  type ResyncReason,
  retryFrame,
  roomFrame,
} from './live.ts'
import { roomChangeOf, type RoomChange } from './room-news.ts'
import { createRoomTracks, type RoomTracks } from './room-tracks.ts'
import { createTrack } from './track.ts'

/** What the reader has not taken yet. */
export interface Unread {
  readonly frames: number
  readonly bytes: number
  /** Since when it has taken nothing; undefined when there is nothing to take. */
  readonly sinceMs: number | undefined
}

/** Where frames go. */
export interface FrameSink {
  write(text: string): void
  unread(): Unread
  /** Resolves when nothing is unread, or nobody is there to read it. */
  drained(): Promise<void>
  /** Sends what was written, and ends. */
  end(): void
  /** Ends at once: who does not read would never take the rest. */
  cut(): void
}

/**
 * Why a stream ended: its reader left it, or the server ended it. After `failed` its reader comes
 * back and resumes where it stopped.
 */
export type EndReason = 'left' | 'slow' | 'failed' | 'displaced' | 'session_ended' | 'drained'

export interface StreamOptions {
  readonly userId: number
  readonly sessionId: string
  /** Ascends with the age of the person's streams, in every process. */
  readonly streamId: string
  readonly sink: FrameSink
  readonly readBacklog: ReadBacklog
  /** A large room's line, as the stream's person is told it. */
  readonly readRoom: (roomId: number, stretch: Stretch) => Promise<readonly NumberedNews[]>
  /** The person's line told that they are in a large room now, or are not in a room any more. */
  readonly onRoom: (change: RoomChange) => void
  readonly onError: (error: Error) => void
  readonly onEnd: (reason: EndReason) => void
  readonly onResync: (reason: ResyncReason) => void
}

/** A reader that leaves more than this unread is cut off; it resumes where it stopped. */
export const UNREAD_FRAMES_MAX = 2_500
export const UNREAD_BYTES_MAX = 1_048_576
export const UNREAD_MS_MAX = 10_000
/** What is whispered before the greeting waits for it; more than that is dropped. */
const EARLY_FRAMES_MAX = 100
/** So much of a backlog is sent before its reader has to take it. */
const BACKLOG_BYTES_MAX = 262_144

export interface EventStream {
  readonly userId: number
  readonly sessionId: string
  readonly streamId: string
  /** The lines of large rooms that it follows beside the person's own. */
  readonly rooms: Omit<RoomTracks, 'begin' | 'stop'>
  /** The number of the line that was sent last. */
  lastSeq(): number
  /** False when its line is another one than that of this epoch. */
  isOf(epoch: string): boolean
  /**
   * Greets, sends the line after the place of `resume`, then goes live. A reader is told its place
   * after a `resync`: whoever has the place knows that they need a snapshot.
   */
  begin(head: Cursor, resume: Resume, retryMs: number): Promise<void>
  /** The bell: news that may be next, late, early or known already. */
  ring(news: NumberedNews): void
  /** News that is not part of the line. */
  whisper(news: News): void
  /** The line's head as stored: what the bell missed is read now. */
  reach(head: number): void
  /** The same, and a sign of life to the reader. */
  beat(head: number): void
  /** Cuts a reader off that has taken nothing for too long. */
  watch(nowMs: number): void
  /** With a last frame, where the reader is to know why, or when to come back. */
  end(reason: EndReason, retryMs?: number): void
}

export function createEventStream(options: StreamOptions): EventStream {
  const { userId, sessionId, streamId, sink } = options
  let isOpen = true
  /** Known from the greeting on. */
  let epoch: string | undefined
  const early: string[] = []

  const { track, rooms, placeOf } = followLines(options, {
    epoch: () => epoch ?? '',
    write,
    resync,
    failed(error) {
      options.onError(error)
      end('failed')
    },
  })

  function write(text: string): void {
    if (!isOpen) return
    sink.write(text)
    if (isTooMuch(sink.unread())) end('slow')
  }

  function resync(head: Cursor, reason: ResyncReason): void {
    options.onResync(reason)
    write(greeting('resync', head, { reason }))
  }

  function end(reason: EndReason, retryMs?: number): void {
    if (!isOpen) return
    isOpen = false
    track.stop()
    rooms.stop()
    finish(sink, reason, retryMs)
    options.onEnd(reason)
  }

  return {
    userId,
    sessionId,
    streamId,
    rooms,
    lastSeq: track.last,
    isOf: (other) => epoch === undefined || epoch === other,
    async begin(head, { from, rooms: froms = new Map(), resync: reason }, retryMs) {
      if (!isOpen) return
      epoch = head.epoch
      write(greeting('ready', head))
      if (reason !== undefined) resync(head, reason)
      track.reach(head.userSeq)
      const begun = [track.begin(from), rooms.begin(head.rooms ?? new Map(), froms)]
      write(placeFrame(placeOf(from)) + retryFrame(retryMs) + early.join(''))
      await Promise.all(begun)
    },
    ring: track.ring,
    whisper(news) {
      if (epoch !== undefined) write(frame(news))
      else if (early.length < EARLY_FRAMES_MAX) early.push(frame(news))
    },
    reach: track.reach,
    beat(head) {
      if (epoch !== undefined && sink.unread().frames === 0) write(HEARTBEAT_FRAME)
      track.reach(head)
    },
    watch(nowMs) {
      if (nowMs - (sink.unread().sinceMs ?? nowMs) > UNREAD_MS_MAX) end('slow')
    },
    end,
  }
}

/** What of a stream its lines need. */
interface Following {
  readonly epoch: () => string
  readonly write: (text: string) => void
  readonly resync: (head: Cursor, reason: ResyncReason) => void
  readonly failed: (error: Error) => void
}

/** The person's line and those of their large rooms; one cursor has a place in each. */
function followLines(
  { userId, sink, readBacklog, readRoom, onRoom }: StreamOptions,
  { epoch, write, resync, failed }: Following,
) {
  const pause = () => (sink.unread().bytes > BACKLOG_BYTES_MAX ? sink.drained() : undefined)
  const rooms = createRoomTracks({
    read: (roomId, after, upTo) =>
      readRoom(roomId, { epoch: epoch(), line: roomLine(roomId), after, upTo }),
    write: (roomId, type, text) => write(roomFrame(placeOf(track.last()), roomId, type, text)),
    pause,
    failed,
  })
  const track = createTrack({
    read: (after, upTo) => readBacklog({ epoch: epoch(), line: userId, after, upTo }),
    send(news) {
      const change = roomChangeOf(news)
      // Who has left a room and comes again has no place in it.
      if (change?.[0] === 'left') rooms.leave(change[1])
      write(lineFrame(placeOf(news.userSeq), news))
      if (change !== undefined) onRoom(change)
    },
    pause,
    broken: (head) => resync(placeOf(head), 'too_old'),
    failed,
  })

  function placeOf(userSeq: number): Cursor {
    const { places } = rooms
    return { epoch: epoch(), userSeq, ...(places.size > 0 && { rooms: places }) }
  }

  return { track, rooms, placeOf }
}

const isTooMuch = ({ frames, bytes }: Unread): boolean =>
  frames > UNREAD_FRAMES_MAX || bytes > UNREAD_BYTES_MAX

function greeting(type: 'ready' | 'resync', head: Cursor, more: object = {}): string {
  return frame({ type, title: '', data: { head: formatCursor(head), ...more } })
}

function finish(sink: FrameSink, reason: EndReason, retryMs: number | undefined): void {
  const isToldWhy = reason === 'displaced' || reason === 'session_ended'
  if (isToldWhy) sink.write(frame({ type: reason, title: '', data: {} }))
  if (retryMs !== undefined) sink.write(retryFrame(retryMs))
  if (reason === 'slow') sink.cut()
  else sink.end()
}
