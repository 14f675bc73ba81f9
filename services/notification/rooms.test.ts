// Each chat event that people are told of: to whom, under which name, and with what to apply.
import assert from 'node:assert/strict'
import test, { after, beforeEach } from 'node:test'
import type { RoomAnswers } from './rooms.ts'
import { openStage } from './stage.ts'
import { scratchPglite } from 'sosik/testing'

type Rooms = Awaited<ReturnType<RoomAnswers['roomsOf']>>

const ROOM = 3
const [MINA, JUNHO, SORA] = [1, 2, 3]

/** What chat would answer: who reads what, and how each sees the room. */
let readers: number[] = []
let rooms: Rooms = new Map()
let isLarge = false
const asked: (number | undefined)[] = []
/** Who has muted the room; whose messages were read, and how far. */
let muted = 0
let seen = [{ userId: MINA, seq: 4 }]
/** Whose messages a newcomer has read already. */
let seenBy: { userId: number; seq: number }[] = []
const erased: string[] = []

const stage = await openStage(await scratchPglite(), {
  erase: async (_tx, messageId) => void erased.push(messageId),
  readers: async () => readersNow(),
  async audience(_sql, _roomId, seq) {
    asked.push(seq)
    return { isLarge, readers: isLarge ? [] : readersNow() }
  },
  isLarge: async () => isLarge,
  seen: async () => seen,
  seenBy: async () => seenBy,
  async roomsOf(_sql, _roomId, userIds) {
    return new Map([...rooms].filter(([userId]) => userIds.includes(userId)))
  },
})
const { told, held, lines, tell } = stage

after(() => stage.database.close())

beforeEach(() => {
  readers = [MINA, JUNHO, SORA]
  muted = 0
  isLarge = false
  seenBy = []
  rooms = new Map(readers.map((userId) => [userId, roomOf(userId)]))
  for (const list of [asked, erased]) list.length = 0
})

const readersNow = () => readers.map((userId) => ({ userId, muted: userId === muted }))

const person = (user_id: number) => ({
  user_id,
  username: `person_${user_id}`,
  display_name: '',
  profile_image_url: '',
  status_message: '',
  seen_seq: 0,
})

const roomOf = (userId: number) => ({
  room_id: ROOM,
  room_type: 'group' as const,
  name: '점심',
  owner_id: MINA,
  members: [MINA, JUNHO, SORA].map(person),
  last_seq: 7,
  read_seq: userId,
  unread: 7 - userId,
  muted: false,
  ...(isLarge && { is_large: true }),
  spoken_at: '2026-01-27T11:00:00.000Z',
})

test('a new room is told whole to each founder, as each sees it', async () => {
  const data = {
    room_id: ROOM,
    user_1_id: MINA,
    user_2_id: JUNHO,
    member_ids: readers,
    name: '점심',
  }
  await tell('ChatRoomCreated', data)
  assert.deepEqual(lines(), ['1 room_created 점심', '2 room_created 점심', '3 room_created 점심'])
  for (const { userId, data } of told) {
    assert.deepEqual((data as { room: object }).room, roomOf(userId))
  }
  assert.deepEqual(held, [readers])
})

test('a foreign room, or a very large one, is told by what the event says', async () => {
  rooms = new Map()
  await tell('ChatRoomCreated', { room_id: 99, user_1_id: 8, user_2_id: 9, member_ids: undefined })
  assert.deepEqual(lines(), ['8 room_created', '9 room_created'])
  assert.ok(told.every(({ data }) => !('room' in data)))
  told.length = 0
  const many = Array.from({ length: 51 }, (_, at) => at + 1)
  rooms = new Map(many.map((userId) => [userId, roomOf(userId)]))
  await tell('ChatRoomCreated', { room_id: ROOM, user_1_id: 1, user_2_id: 2, member_ids: many })
  assert.equal(told.length, 51)
  assert.ok(told.every(({ data }) => !('room' in data)))
})

test('who joins is told the room, the others who it is', async () => {
  await tell('ChatRoomMemberJoined', { room_id: ROOM, user_id: SORA })
  assert.deepEqual(lines(), ['3 room_joined 점심', '1 member_joined 점심', '2 member_joined 점심'])
  const [own, other] = told.map(({ data }) => data as Record<string, unknown>)
  assert.deepEqual(own?.room, roomOf(SORA))
  assert.deepEqual(other?.member, person(SORA))
  assert.deepEqual(held, [readers])
})

test('whose messages the newcomer has read meanwhile is told how far', async () => {
  seenBy = [{ userId: JUNHO, seq: 6 }]
  await tell('ChatRoomMemberJoined', { room_id: ROOM, user_id: SORA })
  assert.deepEqual(lines(), ['3 room_joined 점심', '1 member_joined 점심', '2 member_joined 점심'])
  const members = told.map(({ data }) => ('member' in data ? data.member : undefined))
  assert.deepEqual(
    members.map((one) => one?.seen_seq),
    [undefined, 0, 6],
  )
})

test('nobody is told of a joining that is over already', async () => {
  readers = [MINA, JUNHO]
  rooms = new Map([...rooms].filter(([userId]) => userId !== SORA))
  await tell('ChatRoomMemberJoined', { room_id: ROOM, user_id: SORA })
  assert.deepEqual(told, [])
})

test('who left is told so, and so is who stays', async () => {
  readers = [JUNHO, SORA]
  await tell('ChatRoomMemberLeft', { room_id: ROOM, user_id: MINA, owner_id: JUNHO })
  assert.deepEqual(lines(), ['1 room_left', '2 member_left', '3 member_left'])
  assert.ok(told.every(({ data }) => (data as { owner_id: number }).owner_id === JUNHO))
})

test('who came back already is told of the leaving once', async () => {
  await tell('ChatRoomMemberLeft', { room_id: ROOM, user_id: MINA })
  assert.deepEqual(lines(), ['1 room_left', '2 member_left', '3 member_left'])
})

test('everybody hears the new name', async () => {
  await tell('ChatRoomRenamed', { room_id: ROOM, user_id: MINA, name: '저녁' })
  assert.deepEqual(lines(), ['1 room_renamed 저녁', '2 room_renamed 저녁', '3 room_renamed 저녁'])
})

test('messages reach who may read them: the sender as own, who muted without alert', async () => {
  muted = SORA
  await tell('MessageSent', { room_id: ROOM, user_id: MINA, username: 'mina', seq: 8 })
  assert.deepEqual(lines(), ['1 own_message', '2 message mina', '3 message'])
  assert.deepEqual(asked, [8])
})

test('only who mutes a room hears of it', async () => {
  await tell('ChatRoomMuteChanged', { room_id: ROOM, user_id: JUNHO, muted: true })
  assert.deepEqual(lines(), ['2 room_muted'])
})

test('an edit reaches all who may read the message, its author too', async () => {
  await tell('MessageEdited', { room_id: ROOM, user_id: MINA, seq: 5, content: '새로' })
  assert.deepEqual(lines(), ['1 message_edited', '2 message_edited', '3 message_edited'])
  assert.deepEqual(asked, [5])
  assert.ok(told.every(({ data }) => 'content' in data && data.content === '새로'))
})

test('a deleted text leaves what was told before, and its readers are told', async () => {
  await tell('MessageDeleted', { room_id: ROOM, user_id: MINA, seq: 5, message_id: 'm5' })
  assert.deepEqual(lines(), ['1 message_deleted', '2 message_deleted', '3 message_deleted'])
  assert.deepEqual([asked, erased], [[5], ['m5']])
})

test('readings reach the senders, and the marker the reader', async () => {
  seen = [
    { userId: MINA, seq: 4 },
    { userId: SORA, seq: 6 },
  ]
  const read = { room_id: ROOM, user_id: JUNHO, message_ids: ['m4', 'm6'], read_seq: 6 }
  await tell('MessagesRead', read)
  assert.deepEqual(lines(), ['1 messages_read', '3 messages_read', '2 own_read'])
  const [mina, sora, own] = told.map(({ data }) => data as Record<string, unknown>)
  assert.deepEqual([mina?.seen_seq, sora?.seen_seq, own?.read_seq], [4, 6, 6])
  assert.deepEqual(held, [[JUNHO, MINA, SORA]])
})

test('a reading that does not say where the marker is moves no marker', async () => {
  await tell('MessagesRead', {
    room_id: ROOM,
    user_id: JUNHO,
    message_ids: ['m'],
    read_seq: undefined,
  })
  assert.ok(told.every(({ type }) => type === 'messages_read'))
})

test('a large room is told its messages once, in its own line', async () => {
  isLarge = true
  muted = SORA
  const said = { room_id: ROOM, user_id: MINA, username: 'mina', seq: 8, message_id: 'm8' }
  const events = [
    ['MessageSent', '-3 message mina'],
    ['MessageEdited', '-3 message_edited'],
    ['MessageDeleted', '-3 message_deleted'],
  ] as const
  for (const [event, line] of events) {
    await tell(event, said)
    assert.deepEqual(lines(), [line])
  }
  assert.deepEqual([asked, erased], [[8, 8, 8], ['m8']])
})

test('that a room has become large is told to each member, and who comes as well', async () => {
  isLarge = true
  rooms = new Map(readers.map((userId) => [userId, roomOf(userId)]))
  await tell('ChatRoomEnlarged', { room_id: ROOM, user_1_id: MINA })
  assert.deepEqual(lines(), ['1 room_enlarged', '2 room_enlarged', '3 room_enlarged'])
  await tell('ChatRoomMemberJoined', { room_id: ROOM, user_id: SORA })
  assert.deepEqual(lines(), ['3 room_joined 점심', '1 member_joined 점심', '2 member_joined 점심'])
  const [joined] = told.filter(({ type }) => type === 'room_joined')
  assert.ok(joined && 'is_large' in joined.data && !('room' in joined.data))
})

test('a new large room is told to its founders without the room and its members', async () => {
  isLarge = true
  const data = { room_id: ROOM, user_1_id: MINA, user_2_id: JUNHO, member_ids: readers }
  await tell('ChatRoomCreated', data)
  assert.deepEqual(lines(), ['1 room_created', '2 room_created', '3 room_created'])
  for (const { data } of told) assert.ok('is_large' in data && !('member_ids' in data))
})
