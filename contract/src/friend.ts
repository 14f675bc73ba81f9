// The friend context's words: its topic, events, group and routes.
import { consumerGroup, days, event, Id, Timestamp, text, topic } from 'sosik/catalogue'
import { Type } from 'typebox'
import { HANDLERS_AT_ONCE_MAX } from './limits.ts'
import { page } from './page.ts'
import { route } from './route.ts'
import { Person, userEvents } from './user.ts'

export const friendEvents = topic('friend.events', {
  partitions: 3,
  retentionMs: days(7),
  source: '/contexts/friend',
})

const friendship = {
  topic: friendEvents,
  key: 'requester_id',
  subject: 'friendship_id',
  data: {
    friendship_id: Id,
    requester_id: Id,
    requester_name: text(50),
    addressee_id: Id,
    addressee_name: text(50),
    timestamp: Timestamp,
  },
  personal: ['requester_name', 'addressee_name'],
  example: {
    friendship_id: 7,
    requester_id: 1,
    requester_name: '김미나',
    addressee_id: 2,
    addressee_name: '이준호',
    timestamp: '2026-01-27T11:00:00.000Z',
  },
} as const

/** The document reads a record without a type, with these fields, as a request. */
export const FriendRequestSent = event('FriendRequestSent', { ...friendship, assumed: true })
export const FriendRequestAccepted = event('FriendRequestAccepted', friendship)
export const FriendRequestRejected = event('FriendRequestRejected', friendship)
export const FriendRequestCancelled = event('FriendRequestCancelled', friendship)

/** Also where a block ends the friendship: the two cannot be told apart. */
export const FriendRemoved = event('FriendRemoved', {
  ...friendship,
  data: { ...friendship.data, removed_by_id: Id },
  example: { ...friendship.example, removed_by_id: 2 },
})

/** Whoever blocks is the key: a block's story is one ordered line. The blocked one is not told. */
const block = {
  topic: friendEvents,
  key: 'user_id',
  data: { user_id: Id, blocked_user_id: Id, timestamp: Timestamp },
  example: { user_id: 2, blocked_user_id: 1, timestamp: '2026-01-27T13:00:00.000Z' },
} as const

export const UserBlocked = event('UserBlocked', block)
export const UserUnblocked = event('UserUnblocked', block)

export const FRIENDS_LIMIT = 100
export const FRIEND_REQUESTS_LIMIT = 100
export const BLOCKS_LIMIT = 100
export const FRIENDS_LIMIT_MAX = 500

/** Keeps the profile copies of friend lists fresh. */
export const friendGroup = consumerGroup('friend-consumer-group', {
  topics: [userEvents],
  afterDeadLetter: 'park',
  concurrencyMax: HANDLERS_AT_ONCE_MAX,
})

export const FriendRequest = Type.Object({
  friendship_id: Id,
  direction: Type.Union([Type.Literal('sent'), Type.Literal('received')]),
  other: Person,
  created_at: Timestamp,
})

export const Friend = Type.Object({
  friendship_id: Id,
  since: Timestamp,
  ...Person.properties,
})

/** A friend as listed; from then on `presence` tells who comes and goes. */
export const ListedFriend = Type.Object({
  ...Friend.properties,
  is_online: Type.Boolean(),
  /** When they went; missing while they are online, and of who hides it. */
  last_seen_at: Type.Optional(Timestamp),
})

/** Somebody whom I block. */
export const Blocked = Type.Object({ ...Person.properties, blocked_at: Timestamp })

const State = Type.Union([
  Type.Literal('requested'),
  Type.Literal('accepted'),
  Type.Literal('rejected'),
  Type.Literal('cancelled'),
  Type.Literal('removed'),
])

export const Friendship = Type.Object({
  friendship_id: Id,
  requester_id: Id,
  addressee_id: Id,
  state: State,
})

export const requestFriend = route('POST /friend-requests', {
  auth: 'user',
  access: 'person',
  status: 201,
  body: { addressee_id: Id },
  answer: Friendship,
  problems: ['not_found', 'yourself', 'already_friends', 'request_open', 'person_blocked'],
  says: 'Asks somebody to be a friend; a request that crosses theirs makes friends at once.',
})

const answering = {
  auth: 'user',
  params: { friendship_id: Id },
  answer: Friendship,
  problems: ['not_found', 'not_allowed', 'request_closed'],
} as const

export const acceptFriend = route('POST /friend-requests/:friendship_id/accept', {
  ...answering,
  access: 'addressee',
  says: 'The addressee accepts.',
})

export const rejectFriend = route('POST /friend-requests/:friendship_id/reject', {
  ...answering,
  access: 'addressee',
  says: 'The addressee rejects; the requester is not told.',
})

export const cancelFriend = route('POST /friend-requests/:friendship_id/cancel', {
  ...answering,
  access: 'requester',
  says: 'The requester takes the request back.',
})

const limit = (fallback: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: FRIENDS_LIMIT_MAX, default: fallback }))

export const listFriendRequests = route('GET /friend-requests', {
  auth: 'user',
  access: 'person',
  query: { before_friendship_id: Type.Optional(Id), limit: limit(FRIEND_REQUESTS_LIMIT) },
  answer: page(FriendRequest, { before_friendship_id: Id }),
  says: 'Open requests, sent and received, newest first, or those before one.',
})

export const listFriends = route('GET /friends', {
  auth: 'user',
  access: 'person',
  query: {
    q: Type.Optional(Type.String({ minLength: 1, maxLength: 50, pattern: '^[^\\u0000]*$' })),
    after_user_id: Type.Optional(Id),
    limit: limit(FRIENDS_LIMIT),
  },
  answer: page(ListedFriend, { after_user_id: Id }),
  says: 'My friends by name, or those after one; `q` finds by name or username, also by 초성.',
})

const person = { auth: 'user', params: { user_id: Id } } as const

export const removeFriend = route('DELETE /friends/:user_id', {
  ...person,
  access: 'recipient',
  status: 204,
  problems: ['not_found'],
  says: 'Ends a friendship; the other list loses it as well.',
})

export const blockUser = route('PUT /blocks/:user_id', {
  ...person,
  access: 'person',
  answer: Blocked,
  problems: ['not_found', 'yourself'],
  says: 'Blocks somebody, who is not told: no friendship, request or direct message either way.',
})

export const unblockUser = route('DELETE /blocks/:user_id', {
  ...person,
  access: 'recipient',
  status: 204,
  problems: ['not_found'],
  says: 'Ends a block; what it ended does not come back.',
})

export const listBlocks = route('GET /blocks', {
  auth: 'user',
  access: 'person',
  query: { before_user_id: Type.Optional(Id), limit: limit(BLOCKS_LIMIT) },
  answer: page(Blocked, { before_user_id: Id }),
  says: 'Whom I block, the last blocked first, or those before one of them.',
})
