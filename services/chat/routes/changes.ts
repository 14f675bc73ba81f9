// Messages as they are edited and deleted: the message is locked from the decision to the commit.
import { deleteMessage, editMessage, MessageDeleted, MessageEdited } from '@sosik/contract/chat'
import { type Answering, answering } from '../../service.ts'
import { editTime, requireDeletable, requireEditable, sayingOf } from '../chat.ts'
import { holdBarred } from '../store/barriers.ts'
import { buryMessage, lockMessage, setContent } from '../store/messages.ts'
import { silence } from './barriers.ts'
import { type ChatParts, found } from './parts.ts'

export function changeRoutes(parts: ChatParts): Answering[] {
  const { database, announce, files, clock } = parts
  return [
    answering(editMessage, ({ params, body, caller: { userId }, correlationId }) => {
      const { content } = sayingOf(body)
      return database.transaction(async (tx) => {
        const { room_id, message_id } = params
        const { message, ownerId } = found(await lockMessage(tx, room_id, message_id, userId))
        requireEditable(message, userId)
        if (message.content === content) return message
        // To say it anew is to say something.
        if (ownerId === null && (await holdBarred(tx, room_id))) {
          throw await silence(parts, tx, room_id, userId)
        }
        const edited_at = editTime(clock.nowMs(), message.edited_at)
        await setContent(tx, message_id, content, edited_at)
        const { seq } = message
        const said = { message_id, room_id, user_id: userId, seq, content, edited_at }
        await announce(tx, [MessageEdited.of(said)], correlationId)
        return { ...message, content, edited_at }
      })
    }),

    answering(deleteMessage, ({ params, caller: { userId }, correlationId }) =>
      database.transaction(async (tx) => {
        const { room_id, message_id } = params
        const { message, ownerId } = found(await lockMessage(tx, room_id, message_id, userId))
        requireDeletable(message, { ownerId }, userId)
        if (message.deleted_at !== undefined) return message
        const now = new Date(clock.nowMs())
        const deleted_at = now.toISOString()
        await buryMessage(tx, message_id, deleted_at)
        if (message.message_type !== 'text') await files.drop(tx, message_id, now)
        const { seq, user_id } = message
        const gone = { message_id, room_id, user_id, seq, deleted_by_id: userId, deleted_at }
        await announce(tx, [MessageDeleted.of(gone)], correlationId)
        return { ...message, content: '', deleted_at }
      }),
    ),
  ]
}
