// The door `@sosik/client`: typed calls, the resuming event stream, and the state that follows it.
export {
  type CallOptions,
  type Client,
  type ClientOptions,
  createClient,
  type Fetch,
  isRefusal,
  ProblemAnswer,
} from './client.ts'
export { eventStream, type StreamEvent, type StreamOptions } from './events.ts'
export { download, type DownloadOptions, type NewFile, upload } from './files.ts'
export { type FollowOptions, followState, type Session } from './session.ts'
export { applyToBlocks, type Blocks } from './state/blocks.ts'
export { applyToFriendRequests, type FriendRequests } from './state/friend-requests.ts'
export { applyToFriends, type Friends } from './state/friends.ts'
export { applyToMessages, type Message, type OpenRoom } from './state/messages.ts'
export { applyToNotifications, applyToUnread, type Notifications } from './state/notifications.ts'
export { applyToPresence, type Presence, type Seen } from './state/presence.ts'
export { applyToRooms, readersOf, type Room, type Rooms, roomToRead } from './state/rooms.ts'
export { applyToState, type State } from './state/state.ts'
