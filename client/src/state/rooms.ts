// My rooms as `GET /rooms` lists them, and what each event makes of them.
import type { readRoom } from '@sosik/contract/chat'
import type { DurableNews, NewsData } from '@sosik/contract/news'
import type { AnswerOf } from '@sosik/contract/route'
import type { StreamEvent } from '../events.ts'
import { messageOf, withDeletion, withEdit } from './messages.ts'
import { reducerOf } from './reducer.ts'

export type Room = AnswerOf<typeof readRoom>
export type Member = Room['members'][number]

/** The last spoken in first. */
export type Rooms = readonly Room[]

export const applyToRooms = reducerOf<Rooms>({
  room_created: (rooms, { room }) => (room === undefined ? rooms : putRoom(rooms, room)),
  room_joined: (rooms, { room }) => (room === undefined ? rooms : putRoom(rooms, room)),
  room_left: (rooms, { room_id }) => dropRoom(rooms, room_id),
  room_renamed: (rooms, { room_id, name }) => change(rooms, room_id, () => ({ name })),
  room_muted: (rooms, { room_id, muted }) => change(rooms, room_id, () => ({ muted })),
  member_joined: (rooms, { room_id, member }) =>
    change(rooms, room_id, ({ members }) => ({ members: withMember(members, member) })),
  member_left: (rooms, { room_id, user_id, owner_id }) =>
    change(rooms, room_id, ({ members }) => ({
      members: members.filter((one) => one.user_id !== user_id),
      ...(owner_id !== undefined && { owner_id }),
    })),
  member_changed: (rooms, profile) => rooms.map((room) => withProfile(room, profile)),
  message: said,
  own_message: (rooms, data) =>
    change(said(rooms, data), data.room_id, (room) => readUpTo(room, data.seq ?? 0)),
  message_edited: (rooms, edit) =>
    change(rooms, edit.room_id, ({ last_message: last }) => ({
      ...(last && { last_message: withEdit(last, edit) }),
    })),
  message_deleted: (rooms, deletion) =>
    change(rooms, deletion.room_id, ({ last_message: last }) => ({
      ...(last && { last_message: withDeletion(last, deletion) }),
    })),
  messages_read: (rooms, { room_id, user_id, seen_seq }) =>
    change(rooms, room_id, ({ members }) => ({
      members: members.map((one) =>
        one.user_id === user_id ? { ...one, seen_seq: Math.max(one.seen_seq, seen_seq) } : one,
      ),
    })),
  own_read: (rooms, { room_id, read_seq }) =>
    change(rooms, room_id, (room) => readUpTo(room, read_seq)),
})

/** The room that an event says too little of: it is to be read again, after the event. */
export function roomToRead(rooms: Rooms, event: StreamEvent): number | undefined {
  // My own line may still tell of a room as it was when it was small: what follows is read anew.
  if (READ_ANEW.has(event.type)) return Number(event.data.room_id)
  if (event.type === 'room_created') {
    const { room_id, room, is_large } = event.data as unknown as NewsData['room_created']
    return room === undefined && is_large !== true ? room_id : undefined
  }
  if (event.type !== 'message' && event.type !== 'own_message') return undefined
  const { room_id, seq } = event.data as unknown as NewsData['message']
  const known = rooms.find((one) => one.room_id === room_id)
  // Seqs are dense: a message that does not follow the last one does not come alone.
  const isNext = known !== undefined && seq !== undefined && seq <= known.last_seq + 1
  return isNext ? undefined : room_id
}

const READ_ANEW = new Set(['room_resync', 'room_enlarged'])

/**
 * Whether an event tells late, by my own line, what a large room said before it was one: that was
 * read since, and newer things with it.
 */
export function isOvertaken(rooms: Rooms, { type, data, roomId }: StreamEvent): boolean {
  if (roomId !== undefined || !OF_MESSAGES.has(type)) return false
  return rooms.some((one) => one.room_id === data.room_id && one.is_large === true)
}

const OF_MESSAGES = new Set(['message', 'own_message', 'message_edited', 'message_deleted'])

/** Rooms as pages gave them; of one that came twice the later reading counts. */
export function roomsOf(read: readonly Room[]): Rooms {
  return [...new Map(read.map((room) => [room.room_id, room])).values()].sort(lastSpokenInFirst)
}

export function putRoom(rooms: Rooms, room: Room): Rooms {
  return [...dropRoom(rooms, room.room_id), room].sort(lastSpokenInFirst)
}

export function dropRoom(rooms: Rooms, roomId: number): Rooms {
  return rooms.filter((one) => one.room_id !== roomId)
}

/** Which of the other members have read a message of mine. */
export function readersOf(room: Room, message: { readonly seq: number }): readonly Member[] {
  return room.members.filter((one) => one.seen_seq >= message.seq)
}

function change(rooms: Rooms, roomId: number, by: (room: Room) => Partial<Room>): Rooms {
  const room = rooms.find((one) => one.room_id === roomId)
  return room === undefined ? rooms : putRoom(rooms, { ...room, ...by(room) })
}

function said(rooms: Rooms, data: DurableNews['message']): Rooms {
  const { room_id, seq } = data
  return change(rooms, room_id, (room) => {
    if (seq === undefined || seq <= room.last_seq) return {}
    return {
      last_seq: seq,
      unread: seq - room.read_seq,
      spoken_at: data.created_at,
      last_message: messageOf(data),
    }
  })
}

function readUpTo(room: Room, seq: number): Partial<Room> {
  const read_seq = Math.max(room.read_seq, seq)
  return { read_seq, unread: Math.max(room.last_seq - read_seq, 0) }
}

function withMember(members: readonly Member[], member: Member): Member[] {
  const others = members.filter((one) => one.user_id !== member.user_id)
  return [...others, member].sort((a, b) => a.user_id - b.user_id)
}

function withProfile(room: Room, profile: DurableNews['member_changed']): Room {
  const { user_id, display_name, profile_image_url, status_message } = profile
  if (!room.members.some((one) => one.user_id === user_id)) return room
  const changed = { display_name, profile_image_url, status_message }
  const members = room.members.map((one) =>
    one.user_id === user_id ? { ...one, ...changed } : one,
  )
  return { ...room, members }
}

function lastSpokenInFirst(a: Room, b: Room): number {
  if (a.spoken_at !== b.spoken_at) return a.spoken_at < b.spoken_at ? 1 : -1
  return b.room_id - a.room_id
}
