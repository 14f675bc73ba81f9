// Who is told what of messages: the letters that an event of a message becomes.
import type { MessageDeleted, MessageEdited, MessageSent, MessagesRead } from '@sosik/contract/chat'
import type { DataOf } from 'sosik/catalogue'
import type { Transaction } from 'sosik/postgres'
import { type Letter, type News, roomLine, toEach } from '../letters.ts'
import type { RoomParts } from './rooms.ts'

export function messageNews({ deliver, deliverState, erase, audience, seen }: RoomParts) {
  /** To who may read a message of that seq; in a large room once, to whoever reads its line. */
  async function tell(tx: Transaction, roomId: number, seq: number, news: News): Promise<void> {
    const { isLarge, readers } = await audience(tx, roomId, seq)
    const people = isLarge ? [roomLine(roomId)] : readers.map((one) => one.userId)
    deliver(tx, toEach(people, news))
  }

  return {
    /** The sender's other devices hear it too; an empty title alerts nobody. */
    async said(tx: Transaction, data: DataOf<typeof MessageSent>): Promise<void> {
      const { isLarge, readers } = await audience(tx, data.room_id, data.seq)
      const message = { type: 'message', title: data.username, data } as const
      const letterTo = ({ userId, muted }: { userId: number; muted: boolean }): Letter =>
        userId === data.user_id
          ? { userId, type: 'own_message', title: '', data }
          : { userId, ...message, title: muted ? '' : message.title }
      // Its gateways make of it what each reader is told.
      const large: Letter = { userId: roomLine(data.room_id), ...message }
      deliver(tx, isLarge ? [large] : readers.map(letterTo))
    },

    edited: (tx: Transaction, data: DataOf<typeof MessageEdited>) =>
      tell(tx, data.room_id, data.seq, { type: 'message_edited', title: '', data }),

    /** Who resumes a stream afterwards does not find the text there either. */
    async deleted(tx: Transaction, data: DataOf<typeof MessageDeleted>): Promise<void> {
      await erase(tx, data.message_id)
      await tell(tx, data.room_id, data.seq, { type: 'message_deleted', title: '', data })
    },

    /** The senders hear how far they were read, the reader's other devices where the marker is. */
    async read(tx: Transaction, data: DataOf<typeof MessagesRead>): Promise<void> {
      const { room_id, user_id, message_ids, timestamp, read_seq } = data
      const askSeen = () => seen(tx, room_id, user_id, message_ids)
      const people = [user_id, ...(await askSeen()).map((one) => one.userId)]
      deliverState(tx, people, async () =>
        (await askSeen()).map(({ userId, seq }) => ({
          userId,
          type: 'messages_read',
          title: '',
          data: { ...data, seen_seq: seq },
        })),
      )
      if (read_seq === undefined) return
      const marker = { room_id, user_id, read_seq, timestamp }
      deliver(tx, [{ userId: user_id, type: 'own_read', title: '', data: marker }])
    },
  }
}
