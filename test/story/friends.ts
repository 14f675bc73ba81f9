// The story's friendships: asked, accepted, rejected, cancelled.
import assert from 'node:assert/strict'
import {
  acceptFriend,
  cancelFriend,
  listFriendRequests,
  listFriends,
  rejectFriend,
  requestFriend,
} from '@sosik/contract/friend'
import { listNotifications, readNotifications } from '@sosik/contract/notification'
import { findUsers, readMe } from '@sosik/contract/user'
import type { People } from './people.ts'
import { refused } from './refused.ts'
import type { Story } from './steps.ts'

export async function friendsAreMade(story: Story, { mina, junho, sora }: People): Promise<void> {
  const request = await story.step('FriendRequestSent: Junho sees the request arrive', async () => {
    const me = await junho.client.call(readMe, {})
    const found = await mina.client.call(findUsers, { query: { username: me.username } })
    assert.equal(found.items[0]?.user_id, junho.userId)
    const body = { addressee_id: junho.userId }
    const sent = await mina.client.call(requestFriend, { body })
    const heard = await junho.hears('friend_request')
    assert.equal(heard.title, '미나님이 친구 요청을 보냈습니다')
    assert.equal(heard.data.requester_id, mina.userId)
    assert.equal(heard.data.requester_name, '미나')
    return sent
  })
  const answered = { params: { friendship_id: request.friendship_id } }
  await story.step('nobody but the addressee may accept', async () => {
    await refused('not_found', sora.client.call(acceptFriend, answered))
  })
  await story.step('FriendRequestAccepted: Mina is told, both lists show it', async () => {
    await junho.client.call(acceptFriend, answered)
    const heard = await mina.hears('friend_request_accepted')
    assert.equal(heard.title, '준호님이 친구 요청을 수락했습니다')
    // Each of them is here, and now the other may know.
    await Promise.all([mina.hears('presence'), junho.hears('presence')])
    const [ofMina, ofJunho] = await Promise.all([
      mina.client.call(listFriends, {}),
      junho.client.call(listFriends, {}),
    ])
    assert.deepEqual(
      ofMina.items.map((one) => one.user_id),
      [junho.userId],
    )
    assert.deepEqual(
      ofJunho.items.map((one) => one.user_id),
      [mina.userId],
    )
    await refused('request_closed', junho.client.call(acceptFriend, answered))
  })
  await story.step('FriendRequestRejected: settled for Mina, silent for Sora', async () => {
    const body = { addressee_id: mina.userId }
    const { friendship_id } = await sora.client.call(requestFriend, { body })
    await mina.hears('friend_request')
    await mina.client.call(rejectFriend, { params: { friendship_id } })
    await mina.hears('notification_settled', (one) => one.data.friendship_id === friendship_id)
    assert.ok(!sora.arrived.some((one) => one.type.startsWith('friend_request')))
  })
  await story.step('FriendRequestCancelled: the notification is withdrawn', async () => {
    const body = { addressee_id: sora.userId }
    const { friendship_id } = await mina.client.call(requestFriend, { body })
    await sora.hears('friend_request')
    await mina.client.call(cancelFriend, { params: { friendship_id } })
    await sora.hears('notification_withdrawn', (one) => one.data.friendship_id === friendship_id)
    const listed = await sora.client.call(listNotifications, {})
    assert.deepEqual(
      listed.items.map((one) => one.notification_type),
      ['welcome'],
    )
    assert.deepEqual((await sora.client.call(listFriendRequests, {})).items, [])
  })
  await story.step('Mina reads all her notifications, and her own devices know', async () => {
    const { items, unread } = await mina.client.call(listNotifications, {})
    const [newest] = items
    assert.ok(newest && unread > 0)
    await mina.client.call(readNotifications, { body: { notification_id: newest.notification_id } })
    assert.equal((await mina.hears('notifications_read')).data.unread, 0)
    assert.equal((await mina.client.call(listNotifications, {})).unread, 0)
  })
}
