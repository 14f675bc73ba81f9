// The rules: which event notifies whom of what, and which one only reaches open streams. Pure.
import type { FriendRequestSent } from '@sosik/contract/friend'
import type { UserRegistered } from '@sosik/contract/user'
import type { DataOf } from 'sosik/catalogue'
import type { NoticeType } from './titles.ts'

/** All events of a friendship say the same. */
export type Friendship = DataOf<typeof FriendRequestSent>

/** A notification before it is stored. */
export interface Notice {
  readonly userId: number
  readonly type: NoticeType
  readonly content: Readonly<Record<string, unknown>>
  /** What a later event may settle or withdraw it by. */
  readonly subject: string
}

export function welcome({ user_id, display_name }: DataOf<typeof UserRegistered>): Notice {
  const content = { user_id, display_name }
  return { userId: user_id, type: 'welcome', content, subject: `user/${user_id}` }
}

export function friendRequest(data: Friendship): Notice {
  const { friendship_id, requester_id, requester_name } = data
  return {
    userId: data.addressee_id,
    type: 'friend_request',
    content: { friendship_id, requester_id, requester_name },
    subject: requestSubject(friendship_id),
  }
}

export function friendRequestAccepted(data: Friendship): Notice {
  const { friendship_id, addressee_id, addressee_name } = data
  return {
    userId: data.requester_id,
    type: 'friend_request_accepted',
    content: { friendship_id, addressee_id, addressee_name },
    subject: `friendship/${friendship_id}`,
  }
}

export const requestSubject = (friendshipId: number): string => `friend_request/${friendshipId}`
