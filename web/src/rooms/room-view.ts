// What a room is called, what was said there last, and who has not read it: pure.
import { type Message, readersOf, type Room } from '@sosik/client'
import type { Texts } from '../texts/en.ts'

type Member = Room['members'][number]

/** A group without a name is called by its members. */
export function roomName(room: Room, myId: number, texts: Texts): string {
  const names = othersIn(room, myId).map((one) => one.display_name)
  return room.name || names.join(', ') || texts.someone
}

export function othersIn(room: Room, myId: number): readonly Member[] {
  return room.members.filter((one) => one.user_id !== myId)
}

/** Whether it is the room of the two of us and of nobody else. */
export function isPairWith(room: Room, userId: number): boolean {
  return room.room_type === 'direct' && room.members.some((one) => one.user_id === userId)
}

/** One line for a list. */
export function saidIn(message: Message | undefined, texts: Texts): string {
  if (message === undefined) return ''
  if (message.deleted_at !== undefined) return texts.deleted
  return message.message_type === 'text' ? message.content : texts[message.message_type]
}

/** How many others have not read a message of mine; of a large room nobody is told. */
export function unreadBy(room: Room, message: Message): number {
  if (room.is_large === true) return 0
  return othersIn(room, message.user_id).length - readersOf(room, message).length
}

/** Of all rooms that may alert. */
export function unreadOf(rooms: readonly Room[]): number {
  return rooms.reduce((sum, { muted, unread }) => (muted ? sum : sum + unread), 0)
}

export function nameOf(room: Room, userId: number, texts: Texts): string {
  return room.members.find((one) => one.user_id === userId)?.display_name ?? texts.someone
}
