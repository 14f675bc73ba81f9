// Read markers as their members move them: forward only, and each message is told as read once.
import { MessagesRead, markRead } from '@sosik/contract/chat'
import type { Transaction } from 'sosik/postgres'
import { type Answering, answering } from '../../service.ts'
import { passedOver } from '../chat.ts'
import { messageIds, moveMarker } from '../store/markers.ts'
import { type ChatParts, found } from './parts.ts'

export function markerRoutes(parts: ChatParts): Answering[] {
  const { database, clock } = parts
  return [
    answering(markRead, ({ params, body, caller, correlationId }) =>
      database.transaction(async (tx) => {
        const { room_id: roomId } = params
        const { userId } = caller
        const marker = found(await moveMarker(tx, roomId, userId, body.seq))
        const now = new Date(clock.nowMs())
        await tellRead(parts, tx, { ...marker, roomId, userId, seq: body.seq, now }, correlationId)
        return { read_seq: Math.max(marker.readSeq, body.seq) }
      }),
    ),
  ]
}

interface Passing {
  readonly roomId: number
  readonly userId: number
  /** The marker before. */
  readonly readSeq: number
  readonly lastSeq: number
  /** The last message that it passes over. */
  readonly seq: number
  readonly now: Date
}

/** None of the messages is the reader's own: sending has moved the marker over those. */
export async function tellRead(
  { announce }: ChatParts,
  tx: Transaction,
  { roomId, userId, readSeq, lastSeq, seq, now }: Passing,
  correlationId: string,
): Promise<void> {
  for (const span of passedOver(readSeq, lastSeq, seq)) {
    const read = MessagesRead.of({
      room_id: roomId,
      user_id: userId,
      message_ids: await messageIds(tx, roomId, span),
      timestamp: now.toISOString(),
      read_seq: span.upTo,
    })
    await announce(tx, [read], correlationId)
  }
}
