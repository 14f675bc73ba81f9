// Every durable type of news: a full run of the law must have seen each applied.
import type { DurableNews } from '@sosik/contract/news'

/** As an object, so that the compiler finds the one that is missing. */
const TYPES: Readonly<Record<keyof DurableNews, true>> = {
  welcome: true,
  notification_read: true,
  notifications_read: true,
  notifications_expired: true,
  notification_settled: true,
  notification_withdrawn: true,
  friend_request: true,
  own_friend_request: true,
  friend_request_accepted: true,
  friend_added: true,
  request_closed: true,
  friend_removed: true,
  friend_changed: true,
  user_blocked: true,
  user_unblocked: true,
  room_created: true,
  room_joined: true,
  room_enlarged: true,
  room_left: true,
  room_renamed: true,
  room_muted: true,
  member_joined: true,
  member_left: true,
  member_changed: true,
  message: true,
  own_message: true,
  message_edited: true,
  message_deleted: true,
  messages_read: true,
  own_read: true,
}

/** The types that were never applied. */
export function untold(heard: ReadonlyMap<string, number>): string[] {
  return Object.keys(TYPES).filter((type) => !heard.has(type))
}
