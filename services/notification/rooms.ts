// Who is told what of rooms: the letters that an event of a room becomes.
import type {
  ChatRoomCreated,
  ChatRoomEnlarged,
  ChatRoomMemberJoined,
  ChatRoomMemberLeft,
  ChatRoomMuteChanged,
  ChatRoomRenamed,
  Room,
} from '@sosik/contract/chat'
import type { DataOf } from 'sosik/catalogue'
import type { Sql, Transaction } from 'sosik/postgres'
import type { Static } from 'typebox'
import { type Deliver, type DeliverState, type Letter, type News, toEach } from '../letters.ts'

/** A room told whole to each founder; the founders of a larger one read it for themselves. */
const FOUNDERS_TOLD_MAX = 50

/** What chat answers; the server wires it. */
export interface RoomAnswers {
  /** Who is in the room, by id. */
  readonly readers: (
    sql: Sql,
    roomId: number,
  ) => Promise<{ readonly userId: number; readonly muted: boolean }[]>
  /** Who is told of a message of that seq: who may read it now, or the line of a large room. */
  readonly audience: (
    sql: Sql,
    roomId: number,
    seq?: number,
  ) => Promise<{
    readonly isLarge: boolean
    readonly readers: readonly { readonly userId: number; readonly muted: boolean }[]
  }>
  readonly isLarge: (sql: Sql, roomId: number) => Promise<boolean>
  /** Whose messages the reader has read by these ids, and the last of each. By user id. */
  readonly seen: (
    sql: Sql,
    roomId: number,
    readerId: number,
    messageIds: readonly string[],
  ) => Promise<{ readonly userId: number; readonly seq: number }[]>
  /** The room as each of these people sees it; nothing for who is no member. */
  readonly roomsOf: (
    sql: Sql,
    roomId: number,
    userIds: readonly number[],
  ) => Promise<ReadonlyMap<number, Static<typeof Room>>>
  /** Whose messages a member has read, and the last of each; of all others nothing. */
  readonly seenBy: (
    sql: Sql,
    roomId: number,
    readerId: number,
  ) => Promise<readonly { readonly userId: number; readonly seq: number }[]>
  /** Keeps the profiles that a room shows as they are, until the commit. */
  readonly holdProfiles: (tx: Transaction, roomId: number) => Promise<void>
}

export interface RoomParts extends RoomAnswers {
  readonly deliver: Deliver
  readonly deliverState: DeliverState
  /** Takes a message's text out of what people were told before. */
  readonly erase: (tx: Transaction, messageId: string) => Promise<void>
}

export function roomNews(parts: RoomParts) {
  const { deliver, deliverState, readers, roomsOf, holdProfiles, isLarge } = parts
  const memberIds = async (tx: Transaction, roomId: number) =>
    (await readers(tx, roomId)).map((one) => one.userId)
  const tellMembers = async (tx: Transaction, roomId: number, news: News) =>
    deliver(tx, toEach(await memberIds(tx, roomId), news))

  return {
    async created(tx: Transaction, data: DataOf<typeof ChatRoomCreated>): Promise<void> {
      const founders = data.member_ids ?? [data.user_1_id, data.user_2_id]
      const title = data.name ?? ''
      if (await isLarge(tx, data.room_id)) {
        const { member_ids: _founders, ...rest } = data
        const told = { ...rest, is_large: true }
        deliver(tx, toEach(founders, { type: 'room_created', title, data: told }))
        return
      }
      const whole = founders.length <= FOUNDERS_TOLD_MAX ? founders : []
      deliverState(tx, founders, async () => {
        const rooms = await roomsOf(tx, data.room_id, whole)
        return founders.map((userId) => {
          const room = rooms.get(userId)
          const told = room === undefined ? data : { ...data, room }
          return { userId, type: 'room_created', title, data: told }
        })
      })
    },

    /**
     * Nobody hears of who has left again meanwhile: the leaving is told next. Whose new profile is
     * just being told did not know the newcomer yet: it is waited for, then it stands in the room.
     */
    async joined(tx: Transaction, data: DataOf<typeof ChatRoomMemberJoined>): Promise<void> {
      await holdProfiles(tx, data.room_id)
      const members = await memberIds(tx, data.room_id)
      deliverState(tx, members, () => joining(parts, tx, data, members))
    },

    async left(tx: Transaction, data: DataOf<typeof ChatRoomMemberLeft>): Promise<void> {
      const members = await memberIds(tx, data.room_id)
      const others = members.filter((userId) => userId !== data.user_id)
      deliver(tx, [
        { userId: data.user_id, type: 'room_left', title: '', data },
        ...toEach(others, { type: 'member_left', title: '', data }),
      ])
    },

    renamed: (tx: Transaction, data: DataOf<typeof ChatRoomRenamed>) =>
      tellMembers(tx, data.room_id, { type: 'room_renamed', title: data.name, data }),

    /** By each member's own line: their streams follow the room's line from then on. */
    enlarged: (tx: Transaction, data: DataOf<typeof ChatRoomEnlarged>) =>
      tellMembers(tx, data.room_id, { type: 'room_enlarged', title: '', data }),

    /** Only the person's own devices. */
    async muteChanged(tx: Transaction, data: DataOf<typeof ChatRoomMuteChanged>): Promise<void> {
      deliver(tx, [{ userId: data.user_id, type: 'room_muted', title: '', data }])
    },
  }
}

/** To the newcomer the room, unless it is large, to the others the newcomer. */
async function joining(
  { roomsOf, seenBy }: RoomAnswers,
  tx: Transaction,
  data: DataOf<typeof ChatRoomMemberJoined>,
  members: readonly number[],
): Promise<Letter[]> {
  const { room_id: roomId, user_id: userId } = data
  const room = (await roomsOf(tx, roomId, [userId])).get(userId)
  const member = room?.members.find((one) => one.user_id === userId)
  if (room === undefined || member === undefined) return []
  const title = room.name
  const others = members.filter((one) => one !== userId)
  const seen = new Map((await seenBy(tx, roomId, userId)).map((one) => [one.userId, one.seq]))
  const unseen = toEach(
    others.filter((one) => !seen.has(one)),
    { type: 'member_joined', title, data: { ...data, member } },
  )
  const seenLetters = others.flatMap((reader): Letter[] => {
    const seen_seq = seen.get(reader)
    if (seen_seq === undefined) return []
    const told = { ...data, member: { ...member, seen_seq } }
    return [{ userId: reader, type: 'member_joined', title, data: told }]
  })
  const entered = room.is_large ? { is_large: true } : { room }
  const own: Letter = { userId, type: 'room_joined', title, data: { ...data, ...entered } }
  return [own, ...unseen, ...seenLetters]
}
