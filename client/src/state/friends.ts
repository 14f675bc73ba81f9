// My friends as `GET /friends` lists them, and what each event makes of them.
import type { listFriends } from '@sosik/contract/friend'
import type { AnswerOf } from '@sosik/contract/route'
import { reducerOf } from './reducer.ts'

export type ListedFriend = AnswerOf<typeof listFriends>['items'][number]
/** Whether they are here is told apart: `Presence`. */
export type Friend = Omit<ListedFriend, 'is_online' | 'last_seen_at'>

/** By name, ASCII letters whatever their case. */
export type Friends = readonly Friend[]

export const applyToFriends = reducerOf<Friends>({
  friend_request_accepted: (friends, { friend }) => (friend ? put(friends, friend) : friends),
  friend_added: (friends, { friend }) => put(friends, friend),
  friend_removed: without,
  friend_changed(friends, { user_id, display_name, profile_image_url, status_message }) {
    const known = friends.find((one) => one.user_id === user_id)
    if (known === undefined) return friends
    return put(friends, { ...known, display_name, profile_image_url, status_message })
  },
})

/** Friends as pages gave them; of one who came twice the later reading counts. */
export function friendsOf(read: readonly ListedFriend[]): Friends {
  const friends = read.map(({ is_online: _isOnline, last_seen_at: _lastSeenAt, ...rest }) => rest)
  return [...new Map(friends.map((one) => [one.friendship_id, one])).values()].sort(byName)
}

function put(friends: Friends, friend: Friend): Friends {
  return [...without(friends, friend), friend].sort(byName)
}

function without(friends: Friends, { friendship_id }: { readonly friendship_id: number }): Friends {
  return friends.filter((one) => one.friendship_id !== friendship_id)
}

function byName(a: Friend, b: Friend): number {
  return compareText(folded(a), folded(b)) || a.user_id - b.user_id
}

/** As the list is sorted: only ASCII letters are one whatever their case. */
function folded({ display_name }: Friend): string {
  return display_name.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/** By code points, as the bytes of UTF-8 are ordered; JavaScript's own order is by halves. */
function compareText(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)]
  for (const [at, letter] of left.entries()) {
    const other = right[at]
    if (other === undefined) return 1
    const difference = (letter.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}
