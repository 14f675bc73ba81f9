// The story's quarrel: a friend is found by initials and removed, blocked, and a friend again.
import assert from 'node:assert/strict'
import { createRoom, sendMessage } from '@sosik/contract/chat'
import {
  acceptFriend,
  blockUser,
  listBlocks,
  listFriends,
  removeFriend,
  requestFriend,
  unblockUser,
} from '@sosik/contract/friend'
import type { Person } from '../support/person.ts'
import type { People } from './people.ts'
import { refused } from './refused.ts'
import type { Story } from './steps.ts'

export async function friendsPart(story: Story, people: People, room_id: number): Promise<void> {
  const { mina, junho, sora } = people
  const ofJunho = { params: { user_id: junho.userId } }
  const say = (person: Person, content: string) => {
    const body = { client_message_id: content, content }
    return person.client.call(sendMessage, { params: { room_id }, body })
  }
  await story.step('friends are found by their initials', async () => {
    const find = async (q: string) =>
      (await mina.client.call(listFriends, { query: { q } })).items.map((one) => one.user_id)
    assert.deepEqual(await find('ㅈㅎ'), [junho.userId])
    assert.deepEqual(await find('ㅅㄹ'), [])
  })
  await story.step('FriendRemoved: both lists lose the other, and they still talk', async () => {
    await mina.client.call(removeFriend, ofJunho)
    const gone = await junho.hears('friend_removed')
    assert.equal(gone.data.user_id, mina.userId)
    assert.equal((await mina.hears('friend_removed')).data.user_id, junho.userId)
    for (const one of [mina, junho]) {
      assert.deepEqual((await one.client.call(listFriends, {})).items, [])
    }
    await refused(
      'not_found',
      junho.client.call(removeFriend, { params: { user_id: mina.userId } }),
    )
    await say(junho, '우리 이제 친구 아니야?')
  })
  await story.step(
    'UserBlocked: no word and no request passes, and Junho is not told',
    async () => {
      const { blocked_at } = await mina.client.call(blockUser, ofJunho)
      const heard = await mina.hears('user_blocked')
      const { items } = await mina.client.call(listBlocks, {})
      assert.deepEqual([heard.data.blocked, items[0]?.blocked_at], [items[0], blocked_at])
      const ask = (from: Person, to: Person) =>
        from.client.call(requestFriend, { body: { addressee_id: to.userId } })
      await refused('not_found', say(junho, '들려?'))
      await refused('person_blocked', say(mina, '들려?'))
      await refused('not_found', ask(junho, mina))
      await refused('person_blocked', ask(mina, junho))
      const body = { room_type: 'group' as const, member_ids: [mina.userId, sora.userId] }
      await refused('not_found', junho.client.call(createRoom, { body }))
      assert.ok(!junho.arrived.some((one) => one.type.startsWith('user_')))
    },
  )
  await story.step('UserUnblocked: they talk again, and become friends anew', async () => {
    await mina.client.call(unblockUser, ofJunho)
    assert.equal((await mina.hears('user_unblocked')).data.user_id, junho.userId)
    const sent = await say(junho, '다시 들려?')
    await mina.hears('message', (one) => one.data.message_id === sent.message_id)
    const body = { addressee_id: mina.userId }
    const { friendship_id } = await junho.client.call(requestFriend, { body })
    await mina.client.call(acceptFriend, { params: { friendship_id } })
    await mina.hears('friend_added', (one) => one.data.friendship_id === friendship_id)
  })
}
