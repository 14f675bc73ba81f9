// The reading end of the last mile: every open stream of this process, its bell and its heartbeat.
import { type Clock, sleep } from 'sosik'
import type { Database, Sql } from 'sosik/postgres'
import { channelOf, type Fanout } from './fanout.ts'
import { type Cursor, formatCursor, frame, type News, parseCursor, resumeAt } from './live.ts'
import { gatherPresence, PRESENCE } from './presence-news.ts'
import type { StreamStanding } from './roll-call.ts'
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
/** While the bell is away the heads are looked at so often, and so many times after that. */
const LOOK_MS = 500
const LOOKS_AFTER = 10
/** A bell that does not answer holds no reader up. */
const SUBSCRIBE_MS_MAX = 500
export const STREAMS_PER_USER_MAX = 20
const SESSION_ENDED = 'session_ended'

export class Gateway {
  readonly #parts: GatewayParts
  readonly #streams = new Map<EventStream, () => Promise<void>>()
  #cancelBeat = () => {}
  #cancelLook = () => {}
  #looksLeft = 0
  #stopped = false

  constructor(parts: GatewayParts) {
    this.#parts = parts
  }

  /** How many streams are open here. */
  get streams(): number {
    return this.#streams.size
  }

  /** How far the streams of a person have come that are open here. */
  standing(userId: number): StreamStanding[] {
    const own = [...this.#streams.keys()].filter((stream) => stream.userId === userId)
    return own.map(({ lastSeq }) => ({ lastSeq }))
  }

  /** False when the person has too many streams open here already, or all are about to end. */
  hasRoom(userId: number): boolean {
    const own = [...this.#streams.keys()].filter((stream) => stream.userId === userId)
    return !this.#stopped && own.length < STREAMS_PER_USER_MAX
  }

  /** Resolves when the backlog is sent and the stream is live. */
  async open(reader: Reader): Promise<EventStream> {
    const { database, epochOf, onError } = this.#parts
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
      await this.#subscribe(stream)
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
    const { heartbeatMs = HEARTBEAT_MS } = this.#parts
    this.#every(
      heartbeatMs,
      () => this.#beat(),
      (cancel) => {
        this.#cancelBeat = cancel
      },
    )
    this.#every(
      LOOK_MS,
      () => this.#look(),
      (cancel) => {
        this.#cancelLook = cancel
      },
    )
  }

  /** Ends every stream; readers come back to another process, or to this one restarted. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelBeat()
    this.#cancelLook()
    await Promise.all([...this.#streams.keys()].map((stream) => this.left(stream)))
  }

  /** Waits for the bell, but not for long: without it the heads are looked at. */
  async #subscribe(stream: EventStream): Promise<void> {
    const { fanout, clock, onError } = this.#parts
    const subscribed = new AbortController()
    const presence = gatherPresence(clock, (news) => stream.whisper(news))
    const subscribing = fanout
      .subscribe(channelOf(stream.userId), (text) => hear(stream, presence, text))
      .then(async (unsubscribe) => {
        if (this.#streams.has(stream)) this.#streams.set(stream, unsubscribe)
        else await unsubscribe()
      })
      .finally(() => subscribed.abort())
    // Too late to be told by `open`: the reader comes back to a stream that has a bell.
    subscribing.catch(() => this.left(stream)).catch(onError)
    await Promise.race([subscribing, sleep(clock, SUBSCRIBE_MS_MAX, subscribed.signal)])
  }

  #every(pauseMs: number, work: () => Promise<void>, started: (cancel: () => void) => void): void {
    const { clock, onError } = this.#parts
    const again = () => {
      if (this.#stopped) return
      started(clock.after(pauseMs, () => void work().catch(onError).finally(again)))
    }
    again()
  }

  async #beat(): Promise<void> {
    const { database, clock } = this.#parts
    const heads = await this.#heads()
    for (const stream of this.#streams.keys()) stream.beat(heads.get(stream.userId) ?? 0)
    await purgeEvents(database, new Date(clock.nowMs()))
  }

  /** What was told while the bell was away, here or where it was rung, is not waited for. */
  async #look(): Promise<void> {
    if (!this.#parts.fanout.isUp()) this.#looksLeft = LOOKS_AFTER
    if (this.#looksLeft === 0) return
    this.#looksLeft -= 1
    const heads = await this.#heads()
    for (const stream of this.#streams.keys()) stream.reach(heads.get(stream.userId) ?? 0)
  }

  #heads(): Promise<ReadonlyMap<number, number>> {
    const userIds = [...new Set([...this.#streams.keys()].map((stream) => stream.userId))]
    return readHeads(this.#parts.database, userIds)
  }
}

function greeting(type: 'ready' | 'resync', head: Cursor, reason?: string): string {
  const data = { head: formatCursor(head), ...(reason !== undefined && { reason }) }
  return frame({ type, title: '', data })
}

function hear(stream: EventStream, presence: (news: News) => void, text: string): void {
  const heard = JSON.parse(text) as News & { id?: string }
  const cursor = heard.id === undefined ? undefined : parseCursor(heard.id)
  if (cursor !== undefined) {
    stream.ring({ ...heard, userSeq: cursor.userSeq })
  } else if (heard.type === PRESENCE) {
    presence(heard)
  } else if (heard.type !== SESSION_ENDED) {
    stream.whisper(heard)
  } else if ('session_id' in heard.data && heard.data.session_id === stream.sessionId) {
    stream.close()
  }
}
