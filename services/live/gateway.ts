// The reading end of the last mile: every open stream of this process, its bell and its heartbeat.
import type { Clock } from 'sosik'
import type { Database, Sql } from 'sosik/postgres'
import { channelOf, type Fanout } from './fanout.ts'
import { type Cursor, formatCursor, frame, type News, parseCursor, resumeAt } from './live.ts'
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

const HEARTBEAT_MS = 15_000
export const STREAMS_PER_USER_MAX = 20
const SESSION_ENDED = 'session_ended'

export class Gateway {
  readonly #parts: GatewayParts
  readonly #streams = new Map<EventStream, () => Promise<void>>()
  #cancelBeat = () => {}
  #stopped = false

  constructor(parts: GatewayParts) {
    this.#parts = parts
  }

  /** How many streams are open here. */
  get streams(): number {
    return this.#streams.size
  }

  /** False when the person has too many streams open here already, or all are about to end. */
  hasRoom(userId: number): boolean {
    const own = [...this.#streams.keys()].filter((stream) => stream.userId === userId)
    return !this.#stopped && own.length < STREAMS_PER_USER_MAX
  }

  /** Resolves when the backlog is sent and the stream is live. */
  async open(reader: Reader): Promise<EventStream> {
    const { database, fanout, epochOf, onError } = this.#parts
    const { userId, sink } = reader
    const epoch = await epochOf(database)
    const stream = createEventStream({
      ...reader,
      epoch,
      readAfter: (userSeq, limit) => readAfter(database, userId, userSeq, limit),
      onError,
    })
    this.#streams.set(stream, async () => {})
    try {
      // The bell first: what is told while the backlog is read is waited for, not missed.
      const unsubscribe = await fanout.subscribe(channelOf(userId), (text) => hear(stream, text))
      if (this.#streams.has(stream)) this.#streams.set(stream, unsubscribe)
      else await unsubscribe()
      const line = await readLine(database, userId, epoch)
      const resume = resumeAt(reader.lastEventId, line)
      sink.write(greeting('ready', line.head))
      if (resume.resync !== undefined) sink.write(greeting('resync', line.head, resume.resync))
      stream.beat(line.head.userSeq)
      await stream.begin(resume.from)
      return stream
    } catch (error) {
      await this.left(stream)
      throw error
    }
  }

  /** Forgets a stream that its reader has left. */
  async left(stream: EventStream): Promise<void> {
    const unsubscribe = this.#streams.get(stream)
    this.#streams.delete(stream)
    stream.close()
    await unsubscribe?.()
  }

  /** Ends a session's streams in every process. */
  sessionEnded(userId: number, sessionId: string): Promise<void> {
    const news: News = { type: SESSION_ENDED, title: '', data: { session_id: sessionId } }
    return this.#parts.fanout.publish(channelOf(userId), JSON.stringify(news))
  }

  start(): void {
    const { clock, heartbeatMs = HEARTBEAT_MS, onError } = this.#parts
    this.#cancelBeat = clock.after(heartbeatMs, () => {
      void this.#beat()
        .catch(onError)
        .finally(() => {
          if (!this.#stopped) this.start()
        })
    })
  }

  /** Ends every stream; readers come back to another process, or to this one restarted. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelBeat()
    await Promise.all([...this.#streams.keys()].map((stream) => this.left(stream)))
  }

  async #beat(): Promise<void> {
    const { database, clock } = this.#parts
    const userIds = [...new Set([...this.#streams.keys()].map((stream) => stream.userId))]
    const heads = await readHeads(database, userIds)
    for (const stream of this.#streams.keys()) stream.beat(heads.get(stream.userId) ?? 0)
    await purgeEvents(database, new Date(clock.nowMs()))
  }
}

function greeting(type: 'ready' | 'resync', head: Cursor, reason?: string): string {
  const data = { head: formatCursor(head), ...(reason !== undefined && { reason }) }
  return frame({ type, title: '', data })
}

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
