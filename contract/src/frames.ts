// The frames of the event stream: what each type tells, and how one is written.
import { type TSchema, Type } from 'typebox'
import type { NewsData } from './news.ts'

/** Every type of event on a stream. */
const FRAMES = {
  ready: 'The stream is open; `head` is the cursor of the newest event.',
  resync: 'The line cannot go on from the cursor that was given: read all anew, go on from `head`.',
  room_resync: 'Of a large room, read it anew: what it says from here on follows.',
  displaced: 'I have opened too many streams, of which this was the oldest: do not come back.',
  session_ended: 'The session of the stream is over.',
  welcome: 'A notification: I have registered.',
  friend_request: 'A notification: somebody asks to be my friend.',
  friend_request_accepted: 'A notification: my request was accepted.',
  own_friend_request: 'I asked somebody on another device.',
  friend_added: 'I have accepted: a new friend.',
  request_closed: 'A request is open no more.',
  friend_removed: 'A friend is one no more.',
  friend_changed: 'The profile of a friend, of who stands in a request, or of whom I block.',
  user_blocked: 'I have blocked somebody on another device.',
  user_unblocked: 'I block somebody no more.',
  notification_read: 'I have read a notification on another device.',
  notifications_read: 'I have read all notifications up to one on another device.',
  notifications_expired: 'Notifications that were read long ago are kept no longer.',
  notification_settled: 'A notification has been dealt with.',
  notification_withdrawn: 'A notification counts no more.',
  room_created: 'I am in a new room.',
  room_joined: 'I was brought into a group; `room` is it whole, unless it is large.',
  room_enlarged: 'A group of mine is a large room from now on: read it anew.',
  room_left: 'I am in a group no more.',
  room_renamed: 'A group has another name.',
  room_muted: 'I have muted a room on another device, or made it heard again.',
  member_joined: 'Somebody came into a group of mine.',
  member_left: 'Somebody is in a group of mine no more.',
  member_changed: 'The profile of somebody in one of my rooms.',
  message: 'Somebody said something; an empty title alerts nobody.',
  own_message: 'I said something on another device.',
  message_edited: 'A message says something else now.',
  message_deleted: 'A message says nothing any more.',
  messages_read: 'My messages were read up to `seen_seq`.',
  own_read: 'I have read a room up to `read_seq` on another device.',
  presence: 'Friends came online or went offline, in one frame a second at most; without an id.',
  typing: 'Somebody is typing for so many `typing_ms`; without an id.',
} as const satisfies Record<keyof NewsData, string>

/** What `data:` holds, as JSON. */
const FrameData = Type.Object({
  type: Type.String(),
  title: Type.String({ description: 'For people.' }),
  data: Type.Record(Type.String(), Type.Unknown(), { description: 'For programs.' }),
  id: Type.Optional(Type.String()),
  room_id: Type.Optional(Type.Integer({ description: 'The large room whose line tells it.' })),
})

const described = (data: TSchema) => ({
  contentMediaType: 'application/json',
  contentSchema: data,
})

/** One frame. A comment line every 15 s is the heartbeat. */
export const Frame = Type.Object({
  id: Type.Optional(
    Type.String({
      pattern: '^[0-9a-f]+[.][0-9]+(~[0-9]+[.][0-9]+)*$',
      description: 'The cursor to resume after.',
    }),
  ),
  event: Type.Union(
    Object.entries(FRAMES).map(([type, description]) => Type.Literal(type, { description })),
  ),
  data: Type.String(described(FrameData)),
})
