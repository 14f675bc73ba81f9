// Open friend requests as `GET /friend-requests` lists them, and what each event makes of them.
import type { listFriendRequests } from '@sosik/contract/friend'
import type { AnswerOf } from '@sosik/contract/route'
import { reducerOf } from './reducer.ts'

export type FriendRequest = AnswerOf<typeof listFriendRequests>['items'][number]

/** The newest first. */
export type FriendRequests = readonly FriendRequest[]

export const applyToFriendRequests = reducerOf<FriendRequests>({
  friend_request: (requests, { request }) => (request ? put(requests, request) : requests),
  own_friend_request: (requests, { request }) => put(requests, request),
  friend_request_accepted: without,
  friend_added: without,
  request_closed: without,
  friend_changed: (requests, { user_id, display_name, profile_image_url, status_message }) =>
    requests.map((one) => {
      if (one.other.user_id !== user_id) return one
      return { ...one, other: { ...one.other, display_name, profile_image_url, status_message } }
    }),
})

function put(requests: FriendRequests, request: FriendRequest): FriendRequests {
  return [...without(requests, request), request].sort((a, b) => b.friendship_id - a.friendship_id)
}

function without(
  requests: FriendRequests,
  { friendship_id }: { readonly friendship_id: number },
): FriendRequests {
  return requests.filter((one) => one.friendship_id !== friendship_id)
}
