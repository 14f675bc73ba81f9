// The rules: which event notifies whom of what, and which one only reaches open streams. Pure.
import type { FriendRequestSent } from '@sosik/contract/friend'
import type { UserRegistered } from '@sosik/contract/user'
import type { DataOf } from 'sosik/catalogue'

/** All events of a friendship say the same. */
export type Friendship = DataOf<typeof FriendRequestSent>

/** A notification before it is stored. */
export interface Notice {
  readonly userId: number
  readonly type: 'welcome' | 'friend_request' | 'friend_request_accepted'
  readonly title: string
  readonly content: Readonly<Record<string, unknown>>
  /** What a later event may settle or withdraw it by. */
  readonly subject: string
}

export function welcome(data: DataOf<typeof UserRegistered>): Notice {
  return {
    userId: data.user_id,
    type: 'welcome',
    title: `${data.display_name}님, 소식에 오신 것을 환영합니다`,
    content: { user_id: data.user_id },
    subject: `user/${data.user_id}`,
  }
}

export function friendRequest(data: Friendship): Notice {
  return {
    userId: data.addressee_id,
    type: 'friend_request',
    title: `${data.requester_name}님이 친구 요청을 보냈습니다`,
    content: {
      friendship_id: data.friendship_id,
      requester_id: data.requester_id,
      requester_name: data.requester_name,
    },
    subject: requestSubject(data.friendship_id),
  }
}

export function friendRequestAccepted(data: Friendship): Notice {
  return {
    userId: data.requester_id,
    type: 'friend_request_accepted',
    title: `${data.addressee_name}님이 친구 요청을 수락했습니다`,
    content: {
      friendship_id: data.friendship_id,
      addressee_id: data.addressee_id,
      addressee_name: data.addressee_name,
    },
    subject: `friendship/${data.friendship_id}`,
  }
}

export const requestSubject = (friendshipId: number): string => `friend_request/${friendshipId}`
