// Messages as they are sent and listed; membership is asked in the statement that does the work.
import { listMessages, MESSAGES_LIMIT, MessageSent, sendMessage } from '@sosik/contract/chat'
import { Problem } from '@sosik/contract/errors'
import { sqlState, type Transaction } from 'sosik/postgres'
import { type Answering, answering } from '../../service.ts'
import { sayingOf } from '../chat.ts'
import { findMessages, insertMessage, type Message, type Sending } from '../store/messages.ts'
import { tellRead } from './markers.ts'
import { type ChatParts, found } from './parts.ts'

const UNIQUE_VIOLATION = '23505'

export function messageRoutes(parts: ChatParts): Answering[] {
  const { database, clock } = parts
  return [
    answering(sendMessage, ({ params, body, caller, correlationId }) => {
      const sending: Sending = {
        ...sayingOf(body),
        room_id: params.room_id,
        user_id: caller.userId,
        client_message_id: body.client_message_id,
        message_id: parts.newMessageId(),
        now: new Date(clock.nowMs()),
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
  ]
}

async function sendOnce(
  parts: ChatParts,
  tx: Transaction,
  sending: Sending,
  correlationId: string,
): Promise<Message> {
  const { message, username, readSeq, first, same } = found(await insertMessage(tx, sending))
  if (!same) throw new Problem('message_conflict')
  if (!first) return message
  const { seq, room_id: roomId, user_id: userId } = message
  const passing = { roomId, userId, readSeq, lastSeq: seq, seq: seq - 1, now: sending.now }
  await tellRead(parts, tx, passing, correlationId)
  await parts.announce(tx, [MessageSent.of({ ...message, username })], correlationId)
  return message
}
