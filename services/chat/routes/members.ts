// Groups as people join and leave them: the room is locked from the decision to the commit.
import {
  ChatRoomEnlarged,
  ChatRoomMemberJoined,
  ChatRoomMemberLeft,
  inviteMembers,
  leaveRoom,
  removeMember,
} from '@sosik/contract/chat'
import type { NewEvent } from 'sosik/catalogue'
import type { Transaction } from 'sosik/postgres'
import { once } from '../../idempotency.ts'
import { type Answering, answering } from '../../service.ts'
import { heirOf, newcomers, requireGroup, requireOwner } from '../group.ts'
import { enlarge } from '../store/large-rooms.ts'
import { deleteMember, findMembers, insertMembers } from '../store/members.ts'
import { lockRoom, setOwner, type Standing } from '../store/rooms.ts'
import { requireReach } from './barriers.ts'
import { type ChatParts, found, meet } from './parts.ts'
import { roomFor } from './rooms.ts'

export function memberRoutes(parts: ChatParts): Answering[] {
  const { database } = parts
  return [
    answering(inviteMembers, ({ params, body, caller, correlationId }) =>
      database.transaction(async (tx) => {
        const { room_id: roomId } = params
        const room = found(await lockRoom(tx, roomId, [caller.userId]))
        requireGroup(room)
        const members = await findMembers(tx, roomId)
        const coming = newcomers(body.member_ids, members)
        const invitation = { roomId, room, invitedById: caller.userId, before: members.length }
        await join(parts, tx, invitation, coming, correlationId)
        return roomFor(tx, roomId, caller.userId)
      }),
    ),

    answering(removeMember, ({ params, caller, correlationId }) =>
      database.transaction(async (tx) => {
        const { room_id: roomId, user_id: userId } = params
        const room = found(await lockRoom(tx, roomId, [caller.userId, userId]))
        requireGroup(room)
        if (userId !== caller.userId) requireOwner(room, caller.userId)
        await leave(parts, tx, { roomId, room, userId, byId: caller.userId }, correlationId)
      }),
    ),

    answering(leaveRoom, (request) =>
      once(database, request, async (tx) => {
        const { caller, correlationId } = request
        const { userId } = caller
        const { room_id: roomId } = request.params
        const room = found(await lockRoom(tx, roomId, [userId]))
        requireGroup(room)
        await leave(parts, tx, { roomId, room, userId, byId: userId }, correlationId)
      }),
    ),
  ]
}

interface Invitation {
  readonly roomId: number
  readonly room: Standing
  readonly invitedById: number
  /** How many were in it before. */
  readonly before: number
}

/** Who comes in reads from the next message on. */
async function join(
  parts: ChatParts,
  tx: Transaction,
  { roomId, room, invitedById, before }: Invitation,
  userIds: readonly number[],
  correlationId: string,
): Promise<void> {
  const people = await meet(parts, tx, userIds)
  await requireReach(parts, tx, invitedById, userIds)
  const at = new Date(parts.clock.nowMs())
  await insertMembers(tx, roomId, people, { seq: room.lastSeq, at })
  const events: NewEvent[] = people.map(({ user_id, username }) =>
    ChatRoomMemberJoined.of({
      room_id: roomId,
      user_1_id: room.createdBy,
      user_id,
      username,
      invited_by_id: invitedById,
      joined_at: at.toISOString(),
    }),
  )
  if (!room.isLarge && before + people.length > parts.largeRoomMembers) {
    await enlarge(tx, roomId)
    const enlarged_at = at.toISOString()
    events.push(ChatRoomEnlarged.of({ room_id: roomId, user_1_id: room.createdBy, enlarged_at }))
  }
  if (events.length > 0) await parts.announce(tx, events, correlationId)
}

interface Departure {
  readonly roomId: number
  readonly room: Standing
  readonly userId: number
  readonly byId: number
}

async function leave(
  { announce, clock }: ChatParts,
  tx: Transaction,
  { roomId, room, userId, byId }: Departure,
  correlationId: string,
): Promise<void> {
  await deleteMember(tx, roomId, userId)
  const isOwners = room.ownerId === userId
  const heir = isOwners ? heirOf(await findMembers(tx, roomId)) : undefined
  if (isOwners) await setOwner(tx, roomId, heir ?? null)
  const left = ChatRoomMemberLeft.of({
    room_id: roomId,
    user_1_id: room.createdBy,
    user_id: userId,
    left_at: new Date(clock.nowMs()).toISOString(),
    ...(byId !== userId && { removed_by_id: byId }),
    ...(heir !== undefined && { owner_id: heir }),
  })
  await announce(tx, [left], correlationId)
}
