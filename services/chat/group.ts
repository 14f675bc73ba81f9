// The rules of groups: who may change one, who is new in it, and whose it is next.
import { MEMBERS_MAX } from '@sosik/contract/chat'
import { Problem } from '@sosik/contract/errors'
import type { RoomType } from './chat.ts'

export interface Membership {
  readonly userId: number
  readonly joinedAt: Date
}

/** Throws `room_is_direct` for a room that stays as it is. */
export function requireGroup(room: { readonly roomType: RoomType }): void {
  if (room.roomType === 'direct') throw new Problem('room_is_direct')
}

/** Throws `not_allowed` for a member whose the group is not. */
export function requireOwner(room: { readonly ownerId: number | null }, userId: number): void {
  if (room.ownerId !== userId) throw new Problem('not_allowed')
}

/** Who of the invited is not in yet, ascending. Throws `room_full` when they are too many. */
export function newcomers(invited: readonly number[], members: readonly Membership[]): number[] {
  const inside = new Set(members.map((one) => one.userId))
  const coming = [...new Set(invited)].filter((userId) => !inside.has(userId))
  if (inside.size + coming.length > MEMBERS_MAX) throw new Problem('room_full')
  return coming.sort((a, b) => a - b)
}

/** Who has been in longest, of several the one with the lowest id; nobody of nobody. */
export function heirOf(members: readonly Membership[]): number | undefined {
  const [heir] = members.toSorted(
    (a, b) => a.joinedAt.getTime() - b.joinedAt.getTime() || a.userId - b.userId,
  )
  return heir?.userId
}
