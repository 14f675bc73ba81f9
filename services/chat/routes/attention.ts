// What a member lets others, or their own devices, know of their attention: typing and muting.
import { ChatRoomMuteChanged, muteRoom, typeInRoom } from '@sosik/contract/chat'
import { Problem } from '@sosik/contract/errors'
import { type Answering, answering } from '../../service.ts'
import { barredFrom } from '../store/barriers.ts'
import { findReaders, setMuted } from '../store/members.ts'
import { lockRoom } from '../store/rooms.ts'
import { TYPING_MEMBERS_MAX, TYPING_MS, typingGate } from '../typing.ts'
import { type ChatParts, found } from './parts.ts'

export function attentionRoutes(parts: ChatParts): Answering[] {
  const { database, announce, clock, tellConnected } = parts
  const gate = typingGate()
  return [
    answering(muteRoom, ({ params, body: { muted }, caller: { userId }, correlationId }) =>
      database.transaction(async (tx) => {
        const { room_id } = params
        const room = found(await lockRoom(tx, room_id, [userId]))
        if (await setMuted(tx, room_id, userId, muted)) {
          const changed_at = new Date(clock.nowMs()).toISOString()
          const changed = { room_id, user_1_id: room.createdBy, user_id: userId, muted, changed_at }
          await announce(tx, [ChatRoomMuteChanged.of(changed)], correlationId)
        }
        return { muted }
      }),
    ),

    answering(typeInRoom, async ({ params: { room_id }, caller: { userId } }) => {
      const nowMs = clock.nowMs()
      if (!gate.isOpen(room_id, userId, nowMs)) return
      const members = (await findReaders(database, room_id)).map((one) => one.userId)
      if (!members.includes(userId)) throw new Problem('not_found')
      gate.passed(room_id, userId, nowMs)
      if (members.length > TYPING_MEMBERS_MAX) return
      if ((await barredFrom(database, room_id, userId)) !== undefined) return
      const others = members.filter((member) => member !== userId)
      const data = { room_id, user_id: userId, typing_ms: TYPING_MS }
      tellConnected(others, { type: 'typing', title: '', data })
    }),
  ]
}
