// A snapshot: the cursor first, then every list, so that what came between is told once more.
import {
  listMessages,
  listRooms,
  MESSAGES_LIMIT,
  PAGE_LIMIT_MAX,
  readRoom,
} from '@sosik/contract/chat'
import {
  FRIENDS_LIMIT_MAX,
  listBlocks,
  listFriendRequests,
  listFriends,
} from '@sosik/contract/friend'
import { listNotifications, readCursor } from '@sosik/contract/notification'
import { type Client, ProblemAnswer } from './client.ts'
import { friendsOf, type ListedFriend } from './state/friends.ts'
import { type Message, type OpenRoom, withNewer } from './state/messages.ts'
import { presenceOf } from './state/presence.ts'
import { dropRoom, putRoom, roomsOf } from './state/rooms.ts'
import type { State, ToRead } from './state/state.ts'

export interface Snapshot {
  readonly cursor: string
  readonly state: State
}

/** More pages of a list are not read: what is further down comes up by its next event. */
const PAGES_MAX = 50

/** All lists, and the latest messages of these rooms. */
export async function takeSnapshot(
  client: Client,
  openRoomIds: readonly number[],
): Promise<Snapshot> {
  const { cursor } = await client.call(readCursor, {})
  const [rooms, listedFriends, friendRequests, blocks, notifications] = await Promise.all([
    readRooms(client),
    readFriends(client),
    readFriendRequests(client),
    readBlocks(client),
    client.call(listNotifications, {}),
  ])
  const friends = friendsOf(listedFriends)
  const listed = { rooms, friends, friendRequests, blocks, notifications: notifications.items }
  const open = await Promise.all(
    openRoomIds.map((roomId) => ifThere(() => readOpenRoom(client, listed, roomId))),
  )
  const presence = presenceOf(listedFriends)
  const state = { ...listed, open: open.filter((one) => one !== undefined), presence }
  return { cursor, state }
}

/** The latest messages of a room. Rejects with `not_found` for who is no member. */
export async function readOpenRoom(
  client: Client,
  { rooms }: Pick<State, 'rooms'>,
  roomId: number,
): Promise<OpenRoom> {
  const { items } = await client.call(listMessages, { params: { room_id: roomId }, query: {} })
  const lastSeq = rooms.find((one) => one.room_id === roomId)?.last_seq ?? 0
  return {
    room_id: roomId,
    messages: items,
    // Of a room without a message for me: I came after the last one.
    end_seq: items.at(-1)?.seq ?? lastSeq,
    has_older: items.length === MESSAGES_LIMIT,
  }
}

/** The open room with a page of messages before the first one. */
export async function withOlder(client: Client, open: OpenRoom): Promise<OpenRoom> {
  const [first] = open.messages
  if (first === undefined || !open.has_older) return open
  const params = { room_id: open.room_id }
  const { items } = await client.call(listMessages, { params, query: { before_seq: first.seq } })
  const messages = [...items, ...open.messages]
  return { ...open, messages, has_older: items.length === MESSAGES_LIMIT }
}

/** The state with what an event said too little of, as it is now. */
export async function withMissing(client: Client, state: State, missing: ToRead): Promise<State> {
  const { roomId, messagesOf, notifications } = missing
  const withRoom = roomId === undefined ? state : await withRoomRead(client, state, roomId)
  const withAll =
    messagesOf === undefined ? withRoom : await withMessagesRead(client, withRoom, messagesOf)
  if (!notifications) return withAll
  return { ...withAll, notifications: (await client.call(listNotifications, {})).items }
}

async function withRoomRead(client: Client, state: State, roomId: number): Promise<State> {
  const room = await ifThere(() => client.call(readRoom, { params: { room_id: roomId } }))
  return { ...state, rooms: room ? putRoom(state.rooms, room) : dropRoom(state.rooms, roomId) }
}

async function withMessagesRead(client: Client, state: State, roomId: number): Promise<State> {
  const open = state.open.find((one) => one.room_id === roomId)
  const read = open && (await ifThere(() => withMissed(client, open)))
  const others = state.open.filter((one) => one !== open)
  return { ...state, open: read ? [...others, read] : others }
}

async function withMissed(client: Client, open: OpenRoom): Promise<OpenRoom> {
  const params = { room_id: open.room_id }
  const missed = await readPages<Message>(PAGE_LIMIT_MAX, async (last) => {
    const query = { after_seq: last?.seq ?? open.end_seq, limit: PAGE_LIMIT_MAX }
    return (await client.call(listMessages, { params, query })).items
  })
  return withNewer(open, missed)
}

async function readRooms(client: Client) {
  const rooms = await readPages<State['rooms'][number]>(PAGE_LIMIT_MAX, async (last) => {
    const query = { limit: PAGE_LIMIT_MAX, ...(last && { before_room_id: last.room_id }) }
    return (await client.call(listRooms, { query })).items
  })
  return roomsOf(rooms)
}

function readFriends(client: Client) {
  return readPages<ListedFriend>(FRIENDS_LIMIT_MAX, async (last) => {
    const query = { limit: FRIENDS_LIMIT_MAX, ...(last && { after_user_id: last.user_id }) }
    return (await client.call(listFriends, { query })).items
  })
}

function readFriendRequests(client: Client) {
  return readPages<State['friendRequests'][number]>(FRIENDS_LIMIT_MAX, async (last) => {
    const before = last && { before_friendship_id: last.friendship_id }
    const query = { limit: FRIENDS_LIMIT_MAX, ...before }
    return (await client.call(listFriendRequests, { query })).items
  })
}

function readBlocks(client: Client) {
  return readPages<State['blocks'][number]>(FRIENDS_LIMIT_MAX, async (last) => {
    const query = { limit: FRIENDS_LIMIT_MAX, ...(last && { before_user_id: last.user_id }) }
    return (await client.call(listBlocks, { query })).items
  })
}

/** Page after page, each after the last item of the one before. */
async function readPages<Item>(
  limit: number,
  read: (last: Item | undefined) => Promise<readonly Item[]>,
): Promise<Item[]> {
  const all: Item[] = []
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const items = await read(all.at(-1))
    all.push(...items)
    if (items.length < limit) break
  }
  return all
}

/** Nothing for what is not there, or not for me. */
async function ifThere<Answer>(read: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof ProblemAnswer && error.code === 'not_found') return undefined
    throw error
  }
}
