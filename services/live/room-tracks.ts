// The lines of large rooms that one stream follows, beside the line of its person.
import { CURSOR_ROOMS_MAX, type NumberedNews, roomText } from './live.ts'
import { createTrack, type Track, type TrackOptions } from './track.ts'

export interface RoomTracksOptions {
  /** The room's line as this reader is told it. */
  readonly read: (roomId: number, after: number, upTo: number) => Promise<readonly NumberedNews[]>
  readonly write: (roomId: number, type: string, text: string) => void
  readonly pause: TrackOptions['pause']
  readonly failed: TrackOptions['failed']
}

export interface RoomTracks {
  /** The number that was sent last by room, of as many rooms as a cursor names. */
  readonly places: ReadonlyMap<number, number>
  ids(): readonly number[]
  /** Goes on after a place, else at the head, and says that the room is to be read. */
  follow(roomId: number, head: number, from?: number): Promise<void>
  /** Follows all of these, each after its place. */
  begin(
    heads: ReadonlyMap<number, number>,
    froms: ReadonlyMap<number, number | undefined>,
  ): Promise<void>
  leave(roomId: number): void
  ring(roomId: number, news: NumberedNews): void
  reach(roomId: number, head: number): void
  stop(): void
}

/** A room's line is followed from here on: the reader has to read the room. */
const ROOM_RESYNC = 'room_resync'

export function createRoomTracks(options: RoomTracksOptions): RoomTracks {
  const { pause, failed } = options
  const tracks = new Map<number, Track>()
  const places = new Map<number, number>()
  let isOpen = true

  function stand(roomId: number, seq: number): void {
    if (places.has(roomId) || places.size < CURSOR_ROOMS_MAX) places.set(roomId, seq)
  }

  function resync(roomId: number, head: number): void {
    stand(roomId, head)
    const news = { type: ROOM_RESYNC, title: '', data: { room_id: roomId } }
    options.write(roomId, ROOM_RESYNC, roomText(roomId, news))
  }

  function trackOf(roomId: number): Track {
    return createTrack({
      read: (after, upTo) => options.read(roomId, after, upTo),
      send(news) {
        stand(roomId, news.userSeq)
        if (news.isHidden === true) return
        options.write(roomId, news.type, news.text ?? roomText(roomId, news))
      },
      pause,
      broken: (head) => resync(roomId, head),
      failed,
    })
  }

  async function follow(roomId: number, head: number, from?: number): Promise<void> {
    if (!isOpen || tracks.has(roomId)) return
    const track = trackOf(roomId)
    tracks.set(roomId, track)
    if (from === undefined) resync(roomId, head)
    else stand(roomId, from)
    track.reach(head)
    await track.begin(from ?? head)
  }

  return {
    places,
    ids: () => [...tracks.keys()],
    follow,
    async begin(heads, froms) {
      const isPlaced = (roomId: number) => froms.get(roomId) !== undefined
      // Those with a place first: they are in the id of what is said of the others.
      const rooms = [...heads].sort(([one], [other]) => +isPlaced(other) - +isPlaced(one))
      await Promise.all(rooms.map(([roomId, head]) => follow(roomId, head, froms.get(roomId))))
    },
    leave(roomId) {
      tracks.get(roomId)?.stop()
      tracks.delete(roomId)
      places.delete(roomId)
    },
    ring: (roomId, news) => tracks.get(roomId)?.ring(news),
    reach: (roomId, head) => tracks.get(roomId)?.reach(head),
    stop() {
      isOpen = false
      for (const track of tracks.values()) track.stop()
    },
  }
}
