// Chat's routes: each asks for membership in the statement or transaction that does the work.
import {
  ChatRoomCreated,
  createRoom,
  listMessages,
  listRooms,
  MESSAGES_LIMIT,
  MessageSent,
  MessagesRead,
  markRead,
  ROOMS_LIMIT,
  readRoom,
  sendMessage,
} from '@sosik/contract/chat'
import { Problem } from '@sosik/contract/errors'
import type { Clock } from 'sosik'
import type { NewEvent } from 'sosik/catalogue'
import { type Database, sqlState, type Transaction } from 'sosik/postgres'
import { type Announce, type Answering, answering, type ReadProfiles } from '../service.ts'
import { isSame, passedOver, planRoom, type RoomPlan, type Span, sayingOf } from './chat.ts'
import { keepRead } from './profiles.ts'
import {
  directRoomId,
  findMessages,
  findRoom,
  findRooms,
  insertMembers,
  insertMessage,
  insertRoom,
  type Message,
  messageIds,
  moveMarker,
  type Sending,
} from './store.ts'

export interface ChatParts {
  readonly database: Database
  readonly announce: Announce
  readonly readProfiles: ReadProfiles
  readonly clock: Clock
  /** UUIDv7. */
  readonly newMessageId: () => string
}

const UNIQUE_VIOLATION = '23505'

export function chatRoutes(parts: ChatParts): Answering[] {
  const { database, announce, clock } = parts
  const now = () => new Date(clock.nowMs())

  return [
    answering(createRoom, ({ body, caller, correlationId }) => {
      const plan = planRoom(caller.userId, body)
      return database.transaction(async (tx) => {
        const roomId = await openRoom(parts, tx, plan, correlationId)
        return found(await findRoom(tx, roomId, caller.userId))
      })
    }),

    answering(listRooms, async ({ query, caller }) => {
      const { before_room_id: beforeRoomId, limit = ROOMS_LIMIT } = query
      return { items: await findRooms(database, caller.userId, { beforeRoomId, limit }) }
    }),

    answering(readRoom, async ({ params, caller }) =>
      found(await findRoom(database, params.room_id, caller.userId)),
    ),

    answering(sendMessage, ({ params, body, caller, correlationId }) => {
      const sending: Sending = {
        ...sayingOf(body),
        room_id: params.room_id,
        user_id: caller.userId,
        client_message_id: body.client_message_id,
        message_id: parts.newMessageId(),
        now: now(),
      }
      const send = () => database.transaction((tx) => sendOnce(parts, tx, sending, correlationId))
      return send().catch((error: unknown) => {
        // The same request came twice at once and its twin was first: now its message is there.
        if (sqlState(error) === UNIQUE_VIOLATION) return send()
        throw error
      })
    }),

    answering(listMessages, async ({ params, query, caller }) => {
      const { after_seq: afterSeq, before_seq: beforeSeq = Number.MAX_SAFE_INTEGER } = query
      const page = { afterSeq, beforeSeq, limit: query.limit ?? MESSAGES_LIMIT }
      return { items: found(await findMessages(database, params.room_id, caller.userId, page)) }
    }),

    answering(markRead, ({ params, body, caller, correlationId }) =>
      database.transaction(async (tx) => {
        const { room_id: roomId } = params
        const { readSeq, lastSeq } = found(await moveMarker(tx, roomId, caller.userId, body.seq))
        for (const span of passedOver(readSeq, lastSeq, body.seq)) {
          const event = await messagesRead(tx, roomId, caller.userId, span, now())
          await announce(tx, [event], correlationId)
        }
        return { read_seq: Math.max(readSeq, body.seq) }
      }),
    ),
  ]
}

/** Foreign and unknown are one: there is nothing here for the caller. */
function found<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Problem('not_found')
  return value
}

/** Opens the room, or finds the one that the pair has; all members must exist. */
async function openRoom(
  { readProfiles, announce, clock }: ChatParts,
  tx: Transaction,
  plan: RoomPlan,
  correlationId: string,
): Promise<number> {
  const known = await readProfiles(tx, plan.memberIds)
  const profiles = plan.memberIds.map((userId) => found(known.get(userId)))
  await keepRead(tx, profiles)
  const now = new Date(clock.nowMs())
  const roomId = await insertRoom(tx, plan, now)
  if (roomId === undefined) return found(await directRoomId(tx, plan.memberIds))
  const people = profiles.map(({ person }) => person)
  await insertMembers(tx, roomId, people)
  await announce(tx, [roomCreated(roomId, plan, now)], correlationId)
  return roomId
}

async function sendOnce(
  { announce }: ChatParts,
  tx: Transaction,
  sending: Sending,
  correlationId: string,
): Promise<Message> {
  const { message, username, readSeq, first } = found(await insertMessage(tx, sending))
  if (!first) {
    if (!isSame(message, sending)) throw new Problem('message_conflict')
    return message
  }
  const { seq, room_id: roomId, user_id: userId } = message
  for (const span of passedOver(readSeq, seq, seq - 1)) {
    await announce(tx, [await messagesRead(tx, roomId, userId, span, sending.now)], correlationId)
  }
  await announce(tx, [MessageSent.of({ ...message, username })], correlationId)
  return message
}

/** None of the messages is the reader's own: sending has moved the marker over those. */
async function messagesRead(
  tx: Transaction,
  roomId: number,
  userId: number,
  span: Span,
  now: Date,
): Promise<NewEvent> {
  return MessagesRead.of({
    room_id: roomId,
    user_id: userId,
    message_ids: await messageIds(tx, roomId, span),
    timestamp: now.toISOString(),
  })
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
