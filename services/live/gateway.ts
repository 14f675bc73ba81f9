// The reading end of the last mile: every open stream of this process, its bell and its heartbeat.
import type { Clock } from 'sosik'
import type { Database, Sql } from 'sosik/postgres'
import { channelOf, type Fanout } from './fanout.ts'
import { formatCursor, frame, type News, parseCursor, resumeAt } from './live.ts'
import { purgeEvents, readAfter, readHeads, readLine } from './store.ts'
import { createEventStream, type EventStream, type FrameSink } from './stream.ts'

export interface GatewayParts {
  readonly database: Database
  readonly fanout: Fanout
  readonly epochOf: (sql: Sql) => Promise<string>
  readonly clock: Clock
  readonly heartbeatMs?: number
  readonly onError: (error: Error) => void
}

export interface Reader {
  readonly userId: number
  readonly sessionId: string
  readonly lastEventId: string | undefined
  readonly sink: FrameSink
}

export interface Gateway {
  /** How many streams are open here. */
  readonly streams: number
  /** False when the person has too many streams open here already, or all are about to end. */
  hasRoom(userId: number): boolean
  open(reader: Reader): Promise<EventStream>
  /** Forgets a stream that its reader has left. */
  left(stream: EventStream): Promise<void>
  /** Ends a session's streams in every process. */
  sessionEnded(userId: number, sessionId: string): Promise<void>
  start(): void
  /** Ends every stream; readers come back to another process, or to this one restarted. */
  stop(): Promise<void>
}

export const HEARTBEAT_MS = 15_000
export const STREAMS_PER_USER_MAX = 20
const SESSION_ENDED = 'session_ended'

export function createGateway(parts: GatewayParts): Gateway {
  const { database, fanout, epochOf, clock, heartbeatMs = HEARTBEAT_MS, onError } = parts
  const streams = new Map<EventStream, () => Promise<void>>()
  let cancelBeat = () => {}
  let stopped = false

  function hear(stream: EventStream, text: string): void {
    const heard = JSON.parse(text) as News & { id?: string }
    const cursor = heard.id === undefined ? undefined : parseCursor(heard.id)
    if (cursor !== undefined) {
      stream.ring({ ...heard, userSeq: cursor.userSeq })
    } else if (heard.type !== SESSION_ENDED) {
      stream.whisper(heard)
    } else if ('session_id' in heard.data && heard.data.session_id === stream.sessionId) {
      stream.close()
    }
  }

  async function open(reader: Reader): Promise<EventStream> {
    const { userId, sink } = reader
    const epoch = await epochOf(database)
    const stream = createEventStream({
      ...reader,
      epoch,
      readAfter: (userSeq, limit) => readAfter(database, userId, userSeq, limit),
      onError,
    })
    streams.set(stream, async () => {})
    try {
      // The bell first: what is told while the backlog is read is waited for, not missed.
      const unsubscribe = await fanout.subscribe(channelOf(userId), (text) => hear(stream, text))
      if (!streams.has(stream)) await unsubscribe()
      else streams.set(stream, unsubscribe)
      const line = await readLine(database, userId, epoch)
      const resume = resumeAt(reader.lastEventId, line)
      sink.write(frame({ type: 'ready', title: '', data: { head: formatCursor(line.head) } }))
      if (resume.resync !== undefined) {
        const data = { reason: resume.resync, head: formatCursor(line.head) }
        sink.write(frame({ type: 'resync', title: '', data }))
      }
      stream.beat(line.head.userSeq)
      await stream.begin(resume.from)
      return stream
    } catch (error) {
      await left(stream)
      throw error
    }
  }

  async function left(stream: EventStream): Promise<void> {
    const unsubscribe = streams.get(stream)
    streams.delete(stream)
    stream.close()
    await unsubscribe?.()
  }

  async function beat(): Promise<void> {
    const userIds = [...new Set([...streams.keys()].map((stream) => stream.userId))]
    const heads = userIds.length === 0 ? new Map() : await readHeads(database, userIds)
    for (const stream of streams.keys()) stream.beat(heads.get(stream.userId) ?? 0)
    await purgeEvents(database, new Date(clock.nowMs()))
  }

  function scheduleBeat(): void {
    cancelBeat = clock.after(heartbeatMs, () => {
      void beat()
        .catch(onError)
        .finally(() => {
          if (!stopped) scheduleBeat()
        })
    })
  }

  return {
    get streams() {
      return streams.size
    },
    hasRoom(userId) {
      const own = [...streams.keys()].filter((stream) => stream.userId === userId)
      return !stopped && own.length < STREAMS_PER_USER_MAX
    },
    open,
    left,
    sessionEnded: (userId, sessionId) =>
      fanout.publish(
        channelOf(userId),
        JSON.stringify({ type: SESSION_ENDED, title: '', data: { session_id: sessionId } }),
      ),
    start: scheduleBeat,
    async stop() {
      stopped = true
      cancelBeat()
      await Promise.all([...streams.keys()].map(left))
    },
  }
}
