// Friends, blocks and who is here, as the events of a quarrel change them.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { DurableNews, EphemeralNews } from '@sosik/contract/news'
import type { ListedFriend } from './friends.ts'
import { friendsOf } from './friends.ts'
import { presenceOf } from './presence.ts'
import { applyToState, EMPTY_STATE, type State } from './state.ts'

type News = DurableNews & EphemeralNews

const AT = '2026-01-27T12:00:00.000Z'
const LATER = '2026-01-27T12:00:01.000Z'
const common = { username: '', profile_image_url: '', status_message: '' }

const friend = (user_id: number): ListedFriend => ({
  friendship_id: user_id * 10,
  user_id,
  display_name: `Person ${user_id}`,
  ...common,
  since: AT,
  is_online: true,
})
const blocked = (user_id: number, blocked_at: string) => ({
  user_id,
  display_name: `Person ${user_id}`,
  ...common,
  blocked_at,
})

function after<Type extends keyof News>(state: State, type: Type, data: News[Type]): State {
  return applyToState(state, { id: undefined, type, title: '', data: { ...data } })
}

const listed = [friend(2), friend(3)]
const before: State = {
  ...EMPTY_STATE,
  friends: friendsOf(listed),
  presence: presenceOf(listed),
}

test('a list of friends is one without presence, which is told apart', () => {
  assert.ok(before.friends.every((one) => !('is_online' in one)))
  assert.deepEqual(
    [...before.presence],
    [
      [2, { is_online: true }],
      [3, { is_online: true }],
    ],
  )
})

test('a friend who is removed leaves the list, and nobody knows whether they are here', () => {
  const gone = { friendship_id: 20, user_id: 2, timestamp: AT }
  const { friends, presence } = after(before, 'friend_removed', gone)
  assert.deepEqual([friends.map((one) => one.user_id), [...presence.keys()]], [[3], [3]])
})

test('who went was last seen then, who came is here, and all of a frame counts', () => {
  const people = [
    { user_id: 2, is_online: false, timestamp: LATER },
    { user_id: 4, is_online: true, timestamp: LATER },
  ]
  const { presence } = after(before, 'presence', { people })
  assert.deepEqual(presence.get(2), { is_online: false, last_seen_at: LATER })
  assert.deepEqual([presence.get(3), presence.get(4)], [{ is_online: true }, { is_online: true }])
})

test('whom I block stands in the list, the last first, until I block them no more', () => {
  const one = after(before, 'user_blocked', { user_id: 5, blocked: blocked(5, AT) })
  const two = after(one, 'user_blocked', { user_id: 6, blocked: blocked(6, LATER) })
  const again = after(two, 'user_blocked', { user_id: 6, blocked: blocked(6, LATER) })
  assert.deepEqual(again.blocks, [blocked(6, LATER), blocked(5, AT)])
  // A block that had ended when it was told.
  assert.deepEqual(after(two, 'user_blocked', { user_id: 7 }).blocks, two.blocks)
  const profile = { ...common, display_name: '새 이름', timestamp: LATER }
  const renamed = after(two, 'friend_changed', { user_id: 5, ...profile })
  assert.equal(renamed.blocks[1]?.display_name, '새 이름')
  const ended = after(renamed, 'user_unblocked', { user_id: 6, timestamp: LATER })
  assert.deepEqual(
    ended.blocks.map((entry) => entry.user_id),
    [5],
  )
})
