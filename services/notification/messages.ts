// Who is told what of messages: the letters that an event of a message becomes.
import type { MessageDeleted, MessageEdited, MessageSent, MessagesRead } from '@sosik/contract/chat'
import type { DataOf } from 'sosik/catalogue'
import type { Transaction } from 'sosik/postgres'
import { type Letter, toEach } from '../letters.ts'
import type { RoomParts } from './rooms.ts'

export function messageNews({ deliver, deliverState, erase, readers, seen }: RoomParts) {
  const readerIds = async (tx: Transaction, roomId: number, seq: number) =>
    (await readers(tx, roomId, seq)).map((one) => one.userId)

  return {
    /** The sender's other devices hear it too; an empty title alerts nobody. */
    async said(tx: Transaction, data: DataOf<typeof MessageSent>): Promise<void> {
      const letterTo = ({ userId, muted }: { userId: number; muted: boolean }): Letter =>
        userId === data.user_id
          ? { userId, type: 'own_message', title: '', data }
          : { userId, type: 'message', title: muted ? '' : data.username, data }
      deliver(tx, (await readers(tx, data.room_id, data.seq)).map(letterTo))
    },

    async edited(tx: Transaction, data: DataOf<typeof MessageEdited>): Promise<void> {
      const userIds = await readerIds(tx, data.room_id, data.seq)
      deliver(tx, toEach(userIds, { type: 'message_edited', title: '', data }))
    },

    /** Who resumes a stream afterwards does not find the text there either. */
    async deleted(tx: Transaction, data: DataOf<typeof MessageDeleted>): Promise<void> {
      await erase(tx, data.message_id)
      const userIds = await readerIds(tx, data.room_id, data.seq)
      deliver(tx, toEach(userIds, { type: 'message_deleted', title: '', data }))
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
