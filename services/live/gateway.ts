// The reading end of the last mile: every open stream of this process, its bell and its heartbeat.
import { type Clock, sleep } from 'sosik'
import type { Database, Sql } from 'sosik/postgres'
import { roomLine } from '../letters.ts'
import { createRepeat, type Repeat } from '../repeat.ts'
import { ADMISSION, type AdmissionLimits, createAdmission } from './admission.ts'
import { askTogether } from './ask-together.ts'
import { backlogReader } from './backlog.ts'
import { streamCap } from './cap.ts'
import { obey, sessionEndedBell } from './control.ts'
import { streamCounts } from './counts.ts'
import { channelOf, type Fanout } from './fanout.ts'
import { createFeeds } from './feeds.ts'
import { type LargeRoomAnswers, LargeRooms } from './large-rooms.ts'
import { type Cursor, type Heard, type News, resumeAt } from './live.ts'
import { gatherPresence, PRESENCE } from './presence-news.ts'
import { Registry } from './registry.ts'
import type { StreamStanding } from './roll-call.ts'
import { soon } from './soon.ts'
import { headOf, type Heads, purgeEvents, readHeads } from './store.ts'
import { createEventStream, type EventStream, type FrameSink } from './stream.ts'

export interface GatewayParts extends LargeRoomAnswers {
  readonly database: Database
  readonly fanout: Fanout
  /** Which of the sessions have not ended. */
  readonly livingSessions: (sql: Sql, ids: readonly string[]) => Promise<ReadonlySet<string>>
  readonly clock: Clock
  readonly heartbeatMs?: number
  readonly admission?: AdmissionLimits
  /** Spreads what would come all at once; from 0 to 1. */
  readonly random?: () => number
  readonly onError: (error: Error) => void
}

export interface Reader {
  readonly userId: number
  readonly sessionId: string
  /** Ascends with the age of streams, in every process: UUIDv7. */
  readonly streamId: string
  readonly lastEventId: string | undefined
  readonly sink: FrameSink
}

const HEARTBEAT_MS = 15_000
/** So many streams are asked for together; the next ones after a turn of the event loop. */
const STREAMS_AT_ONCE = 500
/** While the bell is away heads and sessions are looked at so often, and so many times after it. */
const LOOK_MS = 500
const LOOKS_AFTER = 10
/** Readers that have stopped to read are looked for so often. */
const WATCH_MS = 2_500
/** How long readers wait before they come back; those of a process that stops over its window. */
const RETRY_MS_MIN = 200
const RETRY_MS_SPREAD = 800
/** The streams of a process that stops end one by one: so far apart, and all of them by then. */
const DRAIN_MS_EACH = 5
const DRAIN_MS_MAX = 5_000
const STOPPING_SECONDS = 3

export class Gateway {
  readonly counts = streamCounts()
  readonly #parts: GatewayParts
  readonly #streams = new Registry()
  readonly #heads
  readonly #sessions
  readonly #feeds
  readonly #rooms: LargeRooms
  readonly #admission
  readonly #readBacklog
  readonly #holdCap
  readonly #repeats: readonly Repeat[]
  #looksLeft = 0
  #isDraining = false

  constructor(parts: GatewayParts) {
    const { database, fanout, clock, onError, heartbeatMs = HEARTBEAT_MS } = parts
    this.#parts = parts
    this.#heads = askTogether((userIds: readonly number[]) => readHeads(database, userIds))
    this.#sessions = askTogether((ids: readonly string[]) => parts.livingSessions(database, ids))
    this.#feeds = createFeeds(fanout)
    this.#admission = createAdmission(clock, parts.admission ?? ADMISSION)
    const onRead = (source: 'cache' | 'store') => this.counts.backlogs.add(source)
    this.#readBacklog = backlogReader({ database, fanout, clock, onRead })
    this.#holdCap = streamCap(fanout, this.#streams)
    this.#rooms = new LargeRooms({
      ...parts,
      feeds: this.#feeds,
      readBacklog: this.#readBacklog,
      readHeads: this.#heads,
      isOpen: (stream) => this.#streams.has(stream),
    })
    const every = (pauseMs: number, work: () => Promise<void>) =>
      createRepeat({ clock, onError, pauseMs, work })
    this.#repeats = [
      every(heartbeatMs, () => this.#beat()),
      every(LOOK_MS, () => this.#look()),
      every(WATCH_MS, async () => this.#watch()),
    ]
  }

  /** How many streams are open here. */
  get streams(): number {
    return this.#streams.size
  }

  /** How far the streams of a person have come that are open here. */
  standing(userId: number): StreamStanding[] {
    return this.#streams.of(userId).map((stream) => ({
      lastSeq: stream.lastSeq(),
      rooms: [...stream.rooms.places],
    }))
  }

  /** Undefined for a reader who gets in, else after how many seconds to come again. */
  refusal(): number | undefined {
    if (this.#isDraining) {
      this.counts.refused.add('stopping')
      return STOPPING_SECONDS
    }
    const seconds = this.#admission(this.#streams.size)
    if (seconds !== undefined) this.counts.refused.add('full')
    return seconds
  }

  /** Resolves when the backlog is sent and the stream is live, or has ended. */
  async open(reader: Reader): Promise<EventStream> {
    const { userId, sessionId } = reader
    const stream = this.#create(reader)
    this.#streams.add(stream)
    // It was let in before the stop began.
    if (this.#isDraining) {
      stream.end('drained', this.#retryMs())
      return stream
    }
    try {
      // The bell first: what is told while the backlog is read is waited for, not missed. Whoever
      // ended the session before there was a bell is found in the table.
      await this.#subscribe(stream)
      const [heads, living, roomIds] = await Promise.all([
        this.#heads([userId]),
        this.#sessions([sessionId]),
        this.#rooms.of(userId),
      ])
      if (!living.has(sessionId)) stream.end('session_ended')
      void this.#holdCap([userId])
      const head = await this.#headOf(stream, heads, roomIds)
      const begun = stream.begin(head, resumeAt(reader.lastEventId, head), this.#retryMs())
      this.#rooms.catchUp(stream)
      await begun
      return stream
    } catch (error) {
      stream.end('failed')
      throw error
    }
  }

  /** Its reader has left it. */
  left(stream: EventStream): void {
    stream.end('left')
  }

  /** Ends a session's streams in every process. */
  sessionEnded(userId: number, sessionId: string): Promise<void> {
    return this.#parts.fanout.publish([sessionEndedBell(userId, sessionId)])
  }

  start(): void {
    for (const repeat of this.#repeats) repeat.start()
  }

  /** Lets nobody in, and ends every stream; readers come back to another process or a new one. */
  async stop(): Promise<void> {
    const { clock, random = Math.random } = this.#parts
    this.#isDraining = true
    const open = this.#streams.all()
    const windowMs = Math.min(DRAIN_MS_MAX, open.length * DRAIN_MS_EACH)
    const drain = async (stream: EventStream) => {
      await sleep(clock, random() * windowMs)
      stream.end('drained', this.#retryMs(windowMs))
    }
    await Promise.all(open.map(drain))
    await Promise.all(this.#repeats.map((repeat) => repeat.stop()))
  }

  #create(reader: Reader): EventStream {
    const { onError } = this.#parts
    const stream = createEventStream({
      ...reader,
      readBacklog: this.#readBacklog,
      readRoom: (roomId, stretch) => this.#rooms.read(reader.userId, roomId, stretch),
      onRoom: (change) =>
        void this.#rooms.change(stream, change).catch((error: unknown) => {
          onError(error as Error)
          stream.end('failed')
        }),
      onError,
      onResync: (reason) => this.counts.resyncs.add(reason),
      onEnd: (reason) => {
        this.counts.ended.add(reason)
        this.#forget(stream).catch(onError)
      },
    })
    return stream
  }

  async #forget(stream: EventStream): Promise<void> {
    const leave = this.#streams.delete(stream)
    // In vain while the fanout is away: then the lease ends by itself.
    this.#parts.fanout.release(stream.userId, stream.streamId).catch(() => {})
    await Promise.all([leave?.(), this.#rooms.leaveAll(stream)])
  }

  /** Of the person's own line; of large rooms as well, now that their bells are heard. */
  async #headOf(stream: EventStream, heads: Heads, roomIds: readonly number[]): Promise<Cursor> {
    const { userId } = stream
    if (roomIds.length === 0) return headOf(heads, userId, [])
    await this.#rooms.join(stream, roomIds)
    const all = await this.#heads([userId, ...roomIds.map(roomLine)])
    return headOf(all, userId, roomIds)
  }

  /** Waits for the bell, but not for long: without it the heads are looked at. */
  async #subscribe(stream: EventStream): Promise<void> {
    const { clock, onError } = this.#parts
    const presence = gatherPresence(clock, (news) => stream.whisper(news))
    const subscribing = this.#feeds
      .join(channelOf(stream.userId), (heard) => hear(stream, presence, heard))
      .then(async (leave) => {
        if (!this.#streams.onDelete(stream, leave)) await leave()
      })
    // Too late to be told by `open`: the reader comes back to a stream that has a bell.
    subscribing.catch((error: unknown) => {
      onError(error as Error)
      stream.end('failed')
    })
    await soon(clock, subscribing)
  }

  #retryMs(spreadMs = 0): number {
    const { random = Math.random } = this.#parts
    return RETRY_MS_MIN + random() * Math.max(RETRY_MS_SPREAD, spreadMs)
  }

  async #beat(): Promise<void> {
    const { database, clock } = this.#parts
    void this.#holdCap(this.#streams.people())
    await this.#compare((stream, head) => stream.beat(head))
    await purgeEvents(database, new Date(clock.nowMs()))
  }

  /** What was told while the bell was away, here or where it was rung, is not waited for. */
  async #look(): Promise<void> {
    if (!this.#parts.fanout.isUp()) this.#looksLeft = LOOKS_AFTER
    if (this.#looksLeft === 0) return
    this.#looksLeft -= 1
    await this.#compare((stream, head) => stream.reach(head))
  }

  #watch(): void {
    const nowMs = this.#parts.clock.nowMs()
    for (const stream of this.#streams.all()) stream.watch(nowMs)
  }

  /** Holds every stream against the tables: its line's epoch and head, and its session. */
  async #compare(tell: (stream: EventStream, head: number) => void): Promise<void> {
    const open = this.#streams.all()
    for (let at = 0; at < open.length; at += STREAMS_AT_ONCE) {
      const part = open.slice(at, at + STREAMS_AT_ONCE)
      const [heads, living] = await Promise.all([
        this.#heads(part.flatMap((one) => [one.userId, ...one.rooms.ids().map(roomLine)])),
        this.#sessions(part.map((one) => one.sessionId)),
      ])
      for (const stream of part) {
        if (!living.has(stream.sessionId)) stream.end('session_ended')
        else if (!stream.isOf(heads.epoch)) stream.end('failed')
        else {
          tell(stream, heads.of(stream.userId))
          for (const roomId of stream.rooms.ids())
            stream.rooms.reach(roomId, heads.of(roomLine(roomId)))
        }
      }
    }
  }
}

function hear(stream: EventStream, presence: (news: News) => void, { news, place }: Heard): void {
  if (place !== undefined) {
    if (stream.isOf(place.epoch)) stream.ring({ ...news, ...place })
    else stream.end('failed')
  } else if (news.type === PRESENCE) presence(news)
  else if (!obey(stream, news)) stream.whisper(news)
}
