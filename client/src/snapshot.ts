// A snapshot: the cursor first, then every list, so that what came between is told once more.
import { listMessages, listRooms, PAGE_LIMIT_MAX, readRoom } from '@sosik/contract/chat'
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
    readNotifications(client),
  ])
  const friends = friendsOf(listedFriends)
  const listed = { rooms, friends, friendRequests, blocks, ...notifications }
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
  const params = { room_id: roomId }
  const { items, next } = await client.call(listMessages, { params, query: {} })
  const lastSeq = rooms.find((one) => one.room_id === roomId)?.last_seq ?? 0
  return {
    room_id: roomId,
    messages: items,
    // Of a room without a message for me: I came after the last one.
    end_seq: items.at(-1)?.seq ?? lastSeq,
    has_older: next !== undefined,
  }
}

/** The open room with a page of messages before the first one. */
export async function withOlder(client: Client, open: OpenRoom): Promise<OpenRoom> {
  const [first] = open.messages
  if (first === undefined || !open.has_older) return open
  const params = { room_id: open.room_id }
  const query = { before_seq: first.seq }
  const { items, next } = await client.call(listMessages, { params, query })
  return { ...open, messages: [...items, ...open.messages], has_older: next !== undefined }
}

/** The state with what an event said too little of, as it is now. */
export async function withMissing(client: Client, state: State, missing: ToRead): Promise<State> {
  const { roomId, messagesOf, openAnew, notifications } = missing
  const withRoom = roomId === undefined ? state : await withRoomRead(client, state, roomId)
  const withMissed =
    messagesOf === undefined ? withRoom : await withMessagesRead(client, withRoom, messagesOf)
  const withAll =
    openAnew === undefined ? withMissed : await withRoomOpened(client, withMissed, openAnew)
  return notifications ? { ...withAll, ...(await readNotifications(client)) } : withAll
}

async function withRoomRead(client: Client, state: State, roomId: number): Promise<State> {
  const room = await ifThere(() => client.call(readRoom, { params: { room_id: roomId } }))
  return { ...state, rooms: room ? putRoom(state.rooms, room) : dropRoom(state.rooms, roomId) }
}

async function withMessagesRead(client: Client, state: State, roomId: number): Promise<State> {
  const open = state.open.find((one) => one.room_id === roomId)
  const read = open && (await ifThere(() => withNewest(client, open)))
  const others = state.open.filter((one) => one !== open)
  return { ...state, open: read ? [...others, read] : others }
}

async function withRoomOpened(client: Client, state: State, roomId: number): Promise<State> {
  const read = await ifThere(() => readOpenRoom(client, state, roomId))
  const others = state.open.filter((one) => one.room_id !== roomId)
  return { ...state, open: read ? [...others, read] : others }
}

async function withNewest(client: Client, open: OpenRoom): Promise<OpenRoom> {
  const params = { room_id: open.room_id }
  const missed = await readPages<Message>((next = { after_seq: open.end_seq }) =>
    client.call(listMessages, { params, query: { limit: PAGE_LIMIT_MAX, ...next } }),
  )
  return withNewer(open, missed)
}

/** The latest of them, and how many are unread. */
async function readNotifications(client: Client) {
  const { items, unread } = await client.call(listNotifications, {})
  return { notifications: items, unreadNotifications: unread }
}

async function readRooms(client: Client) {
  const rooms = await readPages<State['rooms'][number]>((next) =>
    client.call(listRooms, { query: { limit: PAGE_LIMIT_MAX, ...next } }),
  )
  return roomsOf(rooms)
}

function readFriends(client: Client) {
  return readPages<ListedFriend>((next) =>
    client.call(listFriends, { query: { limit: FRIENDS_LIMIT_MAX, ...next } }),
  )
}

function readFriendRequests(client: Client) {
  return readPages<State['friendRequests'][number]>((next) =>
    client.call(listFriendRequests, { query: { limit: FRIENDS_LIMIT_MAX, ...next } }),
  )
}

function readBlocks(client: Client) {
  return readPages<State['blocks'][number]>((next) =>
    client.call(listBlocks, { query: { limit: FRIENDS_LIMIT_MAX, ...next } }),
  )
}

interface Page<Item> {
  readonly items: readonly Item[]
  /** The query that asks for the next page, while there is more. */
  readonly next?: object
}

/** Page after page, each as the one before says. */
async function readPages<Item>(
  read: (next: object | undefined) => Promise<Page<Item>>,
): Promise<Item[]> {
  const all: Item[] = []
  let next: object | undefined
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = await read(next)
    all.push(...page.items)
    next = page.next
    if (next === undefined) break
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
