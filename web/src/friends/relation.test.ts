// What somebody is to me: a block goes before what it ended.
import assert from 'node:assert/strict'
import test from 'node:test'
import { relationTo } from './relation.ts'

const ME = 1
const person = (user_id: number) => ({
  user_id,
  username: `user${user_id}`,
  display_name: `User ${user_id}`,
  profile_image_url: '',
  status_message: '',
})
const at = '2026-11-30T12:00:00.000Z'
const request = (direction: 'sent' | 'received', user_id: number) => ({
  friendship_id: user_id,
  direction,
  other: person(user_id),
  created_at: at,
})

test('somebody is me, blocked, a friend, asked, or nobody to me yet', () => {
  const lists = {
    friends: [{ ...person(2), friendship_id: 2, since: at }],
    friendRequests: [request('sent', 3), request('received', 4)],
    blocks: [{ ...person(5), blocked_at: at }],
  }
  const relations = [1, 2, 3, 4, 5, 6].map((userId) => relationTo(userId, ME, lists))
  assert.deepEqual(relations, ['itIsYou', 'isFriend', 'asked', 'none', 'blocked', 'none'])
})

test('who is blocked is so, whatever another list still says', () => {
  const lists = {
    friends: [{ ...person(2), friendship_id: 2, since: at }],
    friendRequests: [request('sent', 2)],
    blocks: [{ ...person(2), blocked_at: at }],
  }
  assert.equal(relationTo(2, ME, lists), 'blocked')
})
