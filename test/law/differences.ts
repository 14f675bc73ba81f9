// Where what a session shows is not what the API lists now.
import assert from 'node:assert/strict'
import { listMessages, listRooms } from '@sosik/contract/chat'
import { listBlocks, listFriendRequests, listFriends } from '@sosik/contract/friend'
import { listNotifications } from '@sosik/contract/notification'
import type { AnswerOf } from '@sosik/contract/route'
import type { Actor } from './cast.ts'

type Compared = readonly [name: string, shown: unknown, listed: Promise<{ items: unknown }>]

const ROOMS_MAX = 100
const MESSAGES_MAX = 100

/** One text a list that differs; the state is on the left, a fresh reading on the right. */
export async function differencesOf({ userId, client, session }: Actor): Promise<string[]> {
  const { rooms, open, friends, friendRequests, blocks } = session.state
  const { notifications, unreadNotifications } = session.state
  const notified = client.call(listNotifications, {})
  const lists: readonly Compared[] = [
    ['rooms', rooms, client.call(listRooms, { query: { limit: ROOMS_MAX } })],
    ['friends', friends, client.call(listFriends, { query: {} }).then(withoutPresence)],
    ['friend requests', friendRequests, client.call(listFriendRequests, { query: {} })],
    ['blocks', blocks, client.call(listBlocks, { query: {} })],
    ['notifications', notifications, notified],
    ['unread notifications', unreadNotifications, notified.then(countOf)],
    ...open.map(({ room_id, messages, end_seq }): Compared => {
      const after_seq = messages[0] === undefined ? end_seq : messages[0].seq - 1
      const query = { after_seq, limit: MESSAGES_MAX }
      const listed = client.call(listMessages, { params: { room_id }, query })
      return [`messages of room ${room_id}`, messages, listed]
    }),
  ]
  const compared = lists.map(async ([name, shown, listed]) => {
    try {
      assert.deepEqual(shown, (await listed).items)
      return []
    } catch (error) {
      return [`user ${userId}, ${name}: ${(error as Error).message}`]
    }
  })
  return (await Promise.all(compared)).flat()
}

/** As if it were a list. */
const countOf = ({ unread }: AnswerOf<typeof listNotifications>) => ({ items: unread })

/** Who is here is told to who is connected, and promised to nobody. */
function withoutPresence({ items }: AnswerOf<typeof listFriends>) {
  return {
    items: items.map(({ is_online: _isOnline, last_seen_at: _lastSeenAt, ...friend }) => friend),
  }
}
