// Rooms as a caller opens, lists, reads and renames them.
import {
  ChatRoomCreated,
  ChatRoomRenamed,
  createRoom,
  listRooms,
  ROOMS_LIMIT,
  readRoom,
  renameRoom,
} from '@sosik/contract/chat'
import type { NewEvent } from 'sosik/catalogue'
import type { Sql, Transaction } from 'sosik/postgres'
import { once } from '../../idempotency.ts'
import { pageOf } from '../../page.ts'
import { type Answering, answering } from '../../service.ts'
import { planRoom, type RoomPlan, roomName } from '../chat.ts'
import { requireGroup, requireOwner } from '../group.ts'
import { insertMembers } from '../store/members.ts'
import {
  directRoomId,
  findRooms,
  findRoomsOf,
  insertRoom,
  lockRoom,
  type Room,
  setRoomName,
} from '../store/rooms.ts'
import { requireReach } from './barriers.ts'
import { type ChatParts, found, meet } from './parts.ts'

export function roomRoutes(parts: ChatParts): Answering[] {
  const { database, announce, clock } = parts
  return [
    answering(createRoom, async (request) => {
      const { body, caller, correlationId } = request
      const plan = planRoom(caller.userId, body, parts.largeRoomMembers)
      const open = (tx: Transaction) => openRoom(parts, tx, plan, correlationId)
      return roomFor(database, await once(database, request, open), caller.userId)
    }),

    answering(listRooms, async ({ query, caller }) => {
      const { before_room_id: beforeRoomId, limit = ROOMS_LIMIT } = query
      const page = { beforeRoomId, limit: limit + 1 }
      const rooms = await findRooms(database, caller.userId, page)
      return pageOf(rooms, limit, ({ room_id }) => ({ before_room_id: room_id }))
    }),

    answering(readRoom, ({ params, caller }) => roomFor(database, params.room_id, caller.userId)),

    answering(renameRoom, ({ params, body, caller, correlationId }) => {
      const { room_id: roomId } = params
      const name = roomName(body.name)
      return database.transaction(async (tx) => {
        const room = found(await lockRoom(tx, roomId, [caller.userId]))
        requireGroup(room)
        requireOwner(room, caller.userId)
        if (room.name !== name) {
          await setRoomName(tx, roomId, name)
          const renamed = ChatRoomRenamed.of({
            room_id: roomId,
            user_1_id: room.createdBy,
            user_id: caller.userId,
            name,
            renamed_at: new Date(clock.nowMs()).toISOString(),
          })
          await announce(tx, [renamed], correlationId)
        }
        return roomFor(tx, roomId, caller.userId)
      })
    }),
  ]
}

/** The room as its member sees it; throws `not_found` for anybody else. */
export async function roomFor(sql: Sql, roomId: number, userId: number): Promise<Room> {
  return found((await findRoomsOf(sql, roomId, [userId])).get(userId))
}

/** Opens the room, or finds the one that the pair has; all members must exist. */
async function openRoom(
  parts: ChatParts,
  tx: Transaction,
  plan: RoomPlan,
  correlationId: string,
): Promise<number> {
  const people = await meet(parts, tx, plan.memberIds)
  if (plan.roomType === 'direct') {
    // What the two have said stays theirs to read, whatever stands between them now.
    const existing = await directRoomId(tx, plan.memberIds)
    if (existing !== undefined) return existing
    await parts.lockPair(tx, plan.creatorId, plan.firstOtherId)
  }
  await requireReach(parts, tx, plan.creatorId, plan.memberIds)
  const now = new Date(parts.clock.nowMs())
  const roomId = await insertRoom(tx, plan, now)
  if (roomId === undefined) return found(await directRoomId(tx, plan.memberIds))
  await insertMembers(tx, roomId, people, { seq: 0, at: now })
  await parts.announce(tx, [roomCreated(roomId, plan, now)], correlationId)
  return roomId
}

function roomCreated(roomId: number, plan: RoomPlan, now: Date): NewEvent {
  return ChatRoomCreated.of({
    room_id: roomId,
    user_1_id: plan.creatorId,
    user_2_id: plan.firstOtherId,
    room_type: plan.roomType,
    timestamp: now.toISOString(),
    member_ids: [...plan.memberIds],
    ...(plan.name !== '' && { name: plan.name }),
  })
}
