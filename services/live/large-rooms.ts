// The large rooms that streams of this process follow: of each one bell, and one question of who
// may read it, for all of its readers here.
import type { Clock } from 'sosik'
import type { Database, Sql } from 'sosik/postgres'
import { roomLine } from '../letters.ts'
import { askTogether } from './ask-together.ts'
import type { ReadBacklog, Stretch } from './backlog.ts'
import { channelOf } from './fanout.ts'
import type { Feeds } from './feeds.ts'
import type { Heard, NumberedNews } from './live.ts'
import { type RoomChange, roomNews, type RoomReader, type ToldTo } from './room-news.ts'
import { soon } from './soon.ts'
import type { Heads } from './store.ts'
import type { EventStream } from './stream.ts'

/** What chat answers; the server wires it. */
export interface LargeRoomAnswers {
  /** The large rooms that these people are in now. */
  readonly largeRooms: (
    sql: Sql,
    userIds: readonly number[],
  ) => Promise<readonly { readonly userId: number; readonly roomId: number }[]>
  /** Those of the people who are in the room now. */
  readonly readersAmong: (
    sql: Sql,
    roomId: number,
    userIds: readonly number[],
  ) => Promise<readonly RoomReader[]>
}

export interface LargeRoomParts extends LargeRoomAnswers {
  readonly database: Database
  readonly clock: Clock
  readonly feeds: Feeds
  readonly readBacklog: ReadBacklog
  readonly readHeads: (lines: readonly number[]) => Promise<Heads>
  readonly isOpen: (stream: EventStream) => boolean
  readonly onError: (error: Error) => void
}

/** More than that is found in the room's line by the next bell that is told, or by a heartbeat. */
const WAITING_MAX = 500

type Readers = ReadonlyMap<number, RoomReader>

interface Followed {
  readonly streams: Set<EventStream>
  readonly readersOf: (userIds: Iterable<number>) => Promise<Readers>
  readonly subscribed: Promise<() => Promise<void>>
  /** Rung, and not told yet. */
  readonly waiting: NumberedNews[]
  isTelling: boolean
  /** The last number that was heard. */
  top: number
}

export class LargeRooms {
  readonly #parts: LargeRoomParts
  readonly #followed = new Map<number, Followed>()
  readonly #joined = new Map<EventStream, Set<number>>()
  readonly #read: (roomId: number, stretch: Stretch) => Promise<readonly ToldTo[]>
  readonly #roomsOf

  constructor(parts: LargeRoomParts) {
    const { database, readBacklog, largeRooms } = parts
    this.#parts = parts
    this.#roomsOf = askTogether((userIds: readonly number[]) => largeRooms(database, userIds))
    // All who missed a bell missed the same: it is read once.
    this.#read = sharing(async (roomId, stretch) =>
      (await readBacklog(stretch)).map((news) => roomNews(roomId, news)),
    )
  }

  /** The large rooms that a person is in now. */
  async of(userId: number): Promise<number[]> {
    const rooms = await this.#roomsOf([userId])
    return rooms.filter((one) => one.userId === userId).map((one) => one.roomId)
  }

  /** Listens to these rooms for a stream, which is to follow them from their heads on. */
  async join(stream: EventStream, roomIds: readonly number[]): Promise<void> {
    if (!this.#parts.isOpen(stream)) return
    const joined = roomIds.map((roomId) => {
      const followed = this.#followed.get(roomId) ?? this.#open(roomId)
      followed.streams.add(stream)
      this.#joined.set(stream, new Set(this.#roomsOfStream(stream)).add(roomId))
      return followed.subscribed
    })
    await soon(this.#parts.clock, Promise.all(joined))
  }

  /** What rang before the stream could follow is caught up with. */
  catchUp(stream: EventStream): void {
    for (const roomId of this.#roomsOfStream(stream)) {
      stream.rooms.reach(roomId, this.#followed.get(roomId)?.top ?? 0)
    }
  }

  /** As the person's own line tells it. A room that is followed already was read after that. */
  async change(stream: EventStream, [what, roomId]: RoomChange): Promise<void> {
    if (what === 'left') return this.#leave(stream, roomId)
    if (this.#isFollowing(stream, roomId)) return
    await this.join(stream, [roomId])
    const heads = await this.#parts.readHeads([roomLine(roomId)])
    if (!this.#isFollowing(stream, roomId)) return
    const following = stream.rooms.follow(roomId, heads.of(roomLine(roomId)))
    this.catchUp(stream)
    await following
  }

  async leaveAll(stream: EventStream): Promise<void> {
    const rooms = [...this.#roomsOfStream(stream)]
    await Promise.all(rooms.map((roomId) => this.#leave(stream, roomId)))
    this.#joined.delete(stream)
  }

  /** A stretch of a room's line as a person is told it; who may read it is asked last. */
  async read(userId: number, roomId: number, stretch: Stretch): Promise<NumberedNews[]> {
    const news = await this.#read(roomId, stretch)
    const readers = await this.#followed.get(roomId)?.readersOf([userId])
    return news.map((toldTo) => toldTo(userId, readers?.get(userId)))
  }

  #roomsOfStream(stream: EventStream): ReadonlySet<number> {
    return this.#joined.get(stream) ?? new Set()
  }

  #isFollowing(stream: EventStream, roomId: number): boolean {
    return this.#roomsOfStream(stream).has(roomId)
  }

  async #leave(stream: EventStream, roomId: number): Promise<void> {
    const followed = this.#followed.get(roomId)
    this.#joined.get(stream)?.delete(roomId)
    if (!followed?.streams.delete(stream) || followed.streams.size > 0) return
    this.#followed.delete(roomId)
    const unsubscribe = await followed.subscribed
    await unsubscribe()
  }

  #open(roomId: number): Followed {
    const { database, feeds, readersAmong, onError } = this.#parts
    const followed: Followed = {
      streams: new Set(),
      readersOf: askTogether(async (userIds: readonly number[]) => {
        const readers = await readersAmong(database, roomId, userIds)
        return new Map(readers.map((one) => [one.userId, one]))
      }),
      subscribed: feeds.join(channelOf(roomLine(roomId)), (heard) =>
        this.#hear(followed, roomId, heard),
      ),
      waiting: [],
      isTelling: false,
      top: 0,
    }
    this.#followed.set(roomId, followed)
    // Their readers come back to streams that have a bell.
    followed.subscribed.catch((error: unknown) => {
      onError(error as Error)
      if (this.#followed.get(roomId) === followed) this.#followed.delete(roomId)
      for (const stream of followed.streams) stream.end('failed')
    })
    return followed
  }

  #hear(followed: Followed, roomId: number, { news, place }: Heard): void {
    if (place === undefined) return
    for (const stream of followed.streams) if (!stream.isOf(place.epoch)) stream.end('failed')
    followed.top = Math.max(followed.top, place.userSeq)
    const { waiting } = followed
    if (waiting.length < WAITING_MAX) waiting.push({ ...news, userSeq: place.userSeq })
    if (!followed.isTelling) void this.#tell(followed, roomId)
  }

  /** One after the other; what rings meanwhile shares the next question. */
  async #tell(followed: Followed, roomId: number): Promise<void> {
    followed.isTelling = true
    try {
      while (followed.waiting.length > 0) {
        const told = followed.waiting.splice(0).map((news) => roomNews(roomId, news))
        const readers = await followed.readersOf([...followed.streams].map((one) => one.userId))
        for (const stream of followed.streams) {
          const reader = readers.get(stream.userId)
          for (const toldTo of told) stream.rooms.ring(roomId, toldTo(stream.userId, reader))
        }
      }
    } catch (error) {
      // The next bell, or a heartbeat, finds what was not told.
      this.#parts.onError(error as Error)
    } finally {
      followed.isTelling = false
    }
  }
}

/** Who asks for a stretch that is being read shares the answer. */
function sharing<Answer>(
  read: (roomId: number, stretch: Stretch) => Promise<Answer>,
): (roomId: number, stretch: Stretch) => Promise<Answer> {
  const underWay = new Map<string, Promise<Answer>>()
  return (roomId, stretch) => {
    const { epoch, after, upTo } = stretch
    const key = `${epoch} ${roomId} ${after} ${upTo}`
    const reading = underWay.get(key) ?? read(roomId, stretch).finally(() => underWay.delete(key))
    underWay.set(key, reading)
    return reading
  }
}
