// The messenger's frozen names, which others rely on: a change is a line here for a reviewer.
import test from 'node:test'
import { messenger } from '@sosik/contract/catalogue'
import { PROBLEMS as problems } from '@sosik/contract/errors'
import type { AnyRoute } from '@sosik/contract/route'
import { FILES } from './house/tree.ts'
import { namesOf, same } from './names/frozen.ts'

/** Name and partitions: more partitions move keys, and their order with them. */
const TOPICS = `
  chat.events 3
  friend.events 3
  message.events 10
  notification.events 3
  user.events 3
  user.online_status 6
`

/** Name, version, topic and key. */
const EVENTS = `
  ChatRoomCreated 1 chat.events user_1_id
  ChatRoomEnlarged 1 chat.events user_1_id
  ChatRoomMemberJoined 1 chat.events user_1_id
  ChatRoomMemberLeft 1 chat.events user_1_id
  ChatRoomMuteChanged 1 chat.events user_1_id
  ChatRoomRenamed 1 chat.events user_1_id
  FriendRemoved 1 friend.events requester_id
  FriendRequestAccepted 1 friend.events requester_id
  FriendRequestCancelled 1 friend.events requester_id
  FriendRequestRejected 1 friend.events requester_id
  FriendRequestSent 1 friend.events requester_id
  MessageDeleted 1 message.events room_id
  MessageEdited 1 message.events room_id
  MessageSent 1 message.events room_id
  MessagesRead 1 message.events room_id
  NotificationSent 1 notification.events user_id
  UserBlocked 1 friend.events user_id
  UserOnlineStatusChanged 1 user.online_status user_id
  UserProfileUpdated 1 user.events user_id
  UserRegistered 1 user.events user_id
  UserUnblocked 1 friend.events user_id
`

/** Names, what follows a dead letter, topics: a group of a new name reads them all again. */
const GROUPS = `
  analytics-consumer-group after a dead letter: continue
  analytics-consumer-group hears chat.events
  analytics-consumer-group hears friend.events
  analytics-consumer-group hears message.events
  analytics-consumer-group hears notification.events
  analytics-consumer-group hears user.events
  analytics-consumer-group hears user.online_status
  chat-consumer-group after a dead letter: park
  chat-consumer-group hears user.events
  friend-consumer-group after a dead letter: park
  friend-consumer-group hears user.events
  notification-consumer-group after a dead letter: continue
  notification-consumer-group hears chat.events
  notification-consumer-group hears friend.events
  notification-consumer-group hears message.events
  notification-consumer-group hears notification.events
  notification-consumer-group hears user.events
  notification-consumer-group hears user.online_status
  search-indexer-group after a dead letter: park
  search-indexer-group hears message.events
`

/** Method, path, and who may call. */
const ROUTES = `
  GET /analytics operator
  GET /cursor user
  GET /docs nobody
  GET /analytics/rebuild operator
  POST /analytics/rebuild operator
  GET /analytics/rooms operator
  GET /analytics/series operator
  GET /blocks user
  PUT /blocks/:user_id user
  DELETE /blocks/:user_id user
  POST /files user
  GET /files/:file_id user
  GET /files/:file_id/info user
  GET /friend-requests user
  POST /friend-requests user
  POST /friend-requests/:friendship_id/accept user
  POST /friend-requests/:friendship_id/cancel user
  POST /friend-requests/:friendship_id/reject user
  GET /friends user
  DELETE /friends/:user_id user
  GET /health nobody
  GET /me user
  PATCH /me user
  PUT /me/password user
  PUT /me/presence user
  GET /metrics operator
  GET /notifications user
  POST /notifications/:notification_id/read user
  POST /notifications/read user
  GET /openapi.json nobody
  POST /rooms user
  GET /rooms user
  GET /rooms/:room_id user
  PATCH /rooms/:room_id user
  POST /rooms/:room_id/leave user
  PUT /rooms/:room_id/mute user
  POST /rooms/:room_id/typing user
  POST /rooms/:room_id/members user
  DELETE /rooms/:room_id/members/:user_id user
  GET /rooms/:room_id/messages user
  POST /rooms/:room_id/messages user
  PATCH /rooms/:room_id/messages/:message_id user
  DELETE /rooms/:room_id/messages/:message_id user
  POST /rooms/:room_id/read user
  GET /ops/dead-letters operator
  POST /ops/dead-letters/discard operator
  POST /ops/dead-letters/redrive operator
  GET /ops/dead-letters/runs operator
  GET /ops/groups operator
  GET /ops/outbox operator
  GET /ops/outbox/actions operator
  POST /ops/outbox/discard operator
  GET /ops/outbox/held operator
  POST /ops/outbox/release operator
  POST /ops/session nobody
  DELETE /ops/session nobody
  GET /ops/session operator
  GET /ops/topics operator
  GET /ops/trace operator
  GET /search/messages user
  POST /sessions nobody
  GET /sessions user
  DELETE /sessions user
  DELETE /sessions/:session_id user
  DELETE /sessions/current user
  GET /stream user
  GET /users user
  POST /users nobody
  GET /users/:user_id user
`

/** Status and code of what the API answers when it refuses. */
const PROBLEMS = `
  400 body_invalid
  401 not_signed_in
  401 sign_in_failed
  401 operator_token_wrong
  403 origin_refused
  403 not_allowed
  403 password_wrong
  404 not_found
  405 method_not_allowed
  406 not_acceptable
  408 request_timeout
  409 username_taken
  409 email_taken
  409 already_friends
  409 request_open
  409 request_closed
  409 rebuild_running
  409 person_blocked
  409 message_deleted
  409 idempotency_key_busy
  411 length_required
  413 body_too_large
  415 media_type_unknown
  416 range_unsatisfiable
  422 yourself
  422 room_members_invalid
  422 room_is_direct
  422 room_full
  422 message_conflict
  422 message_not_text
  422 file_conflict
  422 file_unusable
  422 files_full
  422 image_invalid
  422 message_content_invalid
  422 read_beyond_end
  422 password_common
  422 search_text_short
  422 idempotency_key_reused
  422 range_invalid
  429 too_many
  431 headers_too_large
  500 internal
  503 not_ready
`

test('topics are named and divided as before', () => {
  same(
    messenger.topics.map(({ name, partitions }) => `${name} ${partitions}`),
    TOPICS,
  )
})

test('events are named, versioned and keyed as before', () => {
  same(
    messenger.events.map(
      ({ name, version, topic, key }) => `${name} ${version} ${topic.name} ${key}`,
    ),
    EVENTS,
  )
})

test('groups are named, hear and stop as before', () => {
  same(
    messenger.groups.flatMap(({ name, afterDeadLetter, topics }) => [
      `${name} after a dead letter: ${afterDeadLetter}`,
      ...topics.map((topic) => `${name} hears ${topic.name}`),
    ]),
    GROUPS,
  )
})

test('routes are called as before, by the same people', async () => {
  const modules = FILES.filter((file) => /^contract\/src\/\w+\.ts$/.test(file))
  const exported = await Promise.all(modules.map(namesOf))
  const routes = exported.flatMap((names) => Object.values(names)).filter(isRoute)
  same(
    routes.map(({ method, path, auth }) => `${method} ${path} ${auth}`),
    ROUTES,
  )
})

test('the API refuses with the codes of before', () => {
  same(
    Object.entries(problems).map(([code, [status]]) => `${status} ${code}`),
    PROBLEMS,
  )
})

function isRoute(value: unknown): value is AnyRoute {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'route'
}
