// The document as a story over HTTP and SSE: every event from its real cause to its effects.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createClient, ProblemAnswer } from '@sosik/client'
import { readAnalytics } from '@sosik/contract/analytics'
import { messenger } from '@sosik/contract/catalogue'
import {
  createRoom,
  listMessages,
  listRooms,
  markRead,
  readRoom,
  sendMessage,
} from '@sosik/contract/chat'
import type { ProblemCode } from '@sosik/contract/errors'
import {
  acceptFriend,
  cancelFriend,
  listFriendRequests,
  listFriends,
  rejectFriend,
  requestFriend,
} from '@sosik/contract/friend'
import { listNotifications, readNotification } from '@sosik/contract/notification'
import { searchMessages } from '@sosik/contract/search'
import { findUsers, readMe, signIn, signOut, updateProfile } from '@sosik/contract/user'
import { PASSWORD, type Person, person, registerPerson } from '../support/person.ts'
import { OPERATOR_TOKEN } from '../support/server-process.ts'
import { until } from '../support/until.ts'
import type { Story } from './steps.ts'

/** Tells the whole story to the server; usernames are new each time, so it can be told again. */
export async function tellDocument(story: Story, baseUrl: string): Promise<void> {
  const suffix = randomBytes(4).toString('hex')
  const before = await operator(baseUrl).call(readAnalytics, {})
  const people = await peopleMeet(story, baseUrl, suffix)
  try {
    await friendsAreMade(story, people)
    const roomId = await theyTalk(story, people)
    await profilesFollow(story, people, roomId)
    await streamsResume(story, people, roomId)
    await presenceIsSeen(story, baseUrl, people, suffix)
    await everythingIsCounted(story, baseUrl, before)
  } finally {
    for (const one of Object.values(people)) one.close()
  }
}

type People = Readonly<Record<'mina' | 'junho' | 'sora', Person>>
type Analytics = Awaited<ReturnType<typeof readCounts>>

const operator = (baseUrl: string) => createClient({ baseUrl, token: OPERATOR_TOKEN })
const readCounts = (baseUrl: string) => operator(baseUrl).call(readAnalytics, {})

async function refused(code: ProblemCode, call: Promise<unknown>): Promise<void> {
  await assert.rejects(call, (error) => error instanceof ProblemAnswer && error.code === code)
}

async function peopleMeet(story: Story, baseUrl: string, suffix: string): Promise<People> {
  const mina = await story.step('UserRegistered: Mina registers and is signed in', () =>
    registerPerson(baseUrl, `mina_${suffix}`, '미나'),
  )
  const junho = await story.step('UserRegistered: Junho registers', () =>
    registerPerson(baseUrl, `junho_${suffix}`, '준호'),
  )
  const sora = await registerPerson(baseUrl, `sora_${suffix}`, '소라')
  await story.step('NotificationSent: the welcome is stored for Mina', async () => {
    const [welcome] = await until('a welcome', async () => {
      const { items } = await mina.client.call(listNotifications, {})
      return items.length > 0 && items
    })
    assert.equal(welcome?.title, '미나님, 소식에 오신 것을 환영합니다')
    const params = { notification_id: welcome?.notification_id ?? '' }
    await refused('not_found', junho.client.call(readNotification, { params }))
    await mina.client.call(readNotification, { params })
  })
  await story.step('a wrong password, a stranger and a taken name are refused', async () => {
    const nobody = createClient({ baseUrl })
    const body = { username: `mina_${suffix}`, password: 'wrong password' }
    await refused('sign_in_failed', nobody.call(signIn, { body }))
    await refused('not_signed_in', nobody.call(readMe, {}))
    await refused('username_taken', registerPerson(baseUrl, `mina_${suffix}`, 'x'))
  })
  await story.step('everybody opens an event stream', async () => {
    await Promise.all([mina.listen(), junho.listen(), sora.listen()])
  })
  return { mina, junho, sora }
}

async function friendsAreMade(story: Story, { mina, junho, sora }: People): Promise<void> {
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
}

async function theyTalk(story: Story, { mina, junho, sora }: People): Promise<number> {
  const room = await story.step('ChatRoomCreated: the direct room appears for Junho', async () => {
    const body = { room_type: 'direct' as const, member_ids: [junho.userId] }
    const opened = await mina.client.call(createRoom, { body })
    const heard = await junho.hears('room_created')
    assert.equal(heard.data.room_id, opened.room_id)
    const other = { room_type: 'direct' as const, member_ids: [mina.userId] }
    assert.equal((await junho.client.call(createRoom, { body: other })).room_id, opened.room_id)
    return opened
  })
  const params = { room_id: room.room_id }
  await story.step('MessageSent: a text arrives on the open stream', async () => {
    const body = { client_message_id: 'm1', content: '안녕! 오늘 저녁 어때?' }
    const sent = await mina.client.call(sendMessage, { params, body })
    assert.equal(sent.seq, 1)
    const heard = await junho.hears('message', (one) => one.data.message_id === sent.message_id)
    assert.equal(heard.data.content, body.content)
    assert.equal(heard.data.seq, 1)
    const again = await mina.client.call(sendMessage, { params, body })
    assert.equal(again.message_id, sent.message_id)
    const other = { ...body, content: '다른 내용' }
    await refused('message_conflict', mina.client.call(sendMessage, { params, body: other }))
  })
  await story.step('MessageSent: an image and a file arrive, in order', async () => {
    for (const [at, message_type] of (['image', 'file'] as const).entries()) {
      const content = `https://example.com/${message_type}`
      const body = { client_message_id: `f${at}`, content, message_type }
      await mina.client.call(sendMessage, { params, body })
      await junho.hears('message', (one) => one.data.message_type === message_type)
    }
    const heard = junho.arrived.filter((one) => one.type === 'message')
    assert.deepEqual(
      heard.map((one) => one.data.seq),
      [1, 2, 3],
    )
  })
  await story.step('a stranger finds no room, whether it exists or not', async () => {
    const body = { client_message_id: 'x', content: 'x' }
    await refused('not_found', sora.client.call(sendMessage, { params, body }))
    await refused('not_found', sora.client.call(listMessages, { params }))
    await refused('not_found', sora.client.call(readRoom, { params: { room_id: 999_999_999 } }))
  })
  await story.step('MessagesRead: Mina sees that Junho has read', async () => {
    const unread = await junho.client.call(readRoom, { params })
    assert.equal(unread.unread, 3)
    await junho.client.call(markRead, { params, body: { seq: 3 } })
    const heard = await mina.hears('messages_read')
    assert.equal((heard.data.message_ids as string[]).length, 3)
    assert.equal((await junho.client.call(readRoom, { params })).unread, 0)
  })
  await story.step('MessageSent: a group of three hears what one says', async () => {
    const member_ids = [junho.userId, sora.userId]
    const body = { room_type: 'group' as const, member_ids, name: '점심 모임' }
    const group = await mina.client.call(createRoom, { body })
    const message = { client_message_id: 'g1', content: '다들 점심 어디서 먹을까?' }
    await sora.client.call(sendMessage, { params: { room_id: group.room_id }, body: message })
    const fits = (one: { data: Record<string, unknown> }) => one.data.room_id === group.room_id
    await Promise.all([mina.hears('message', fits), junho.hears('message', fits)])
  })
  await story.step('search finds a two-letter word, and only for members', async () => {
    const query = { text: '저녁' }
    const found = await until('an indexed message', async () => {
      const { items } = await junho.client.call(searchMessages, { query })
      return items.length > 0 && items
    })
    assert.equal(found[0]?.room_id, room.room_id)
    assert.deepEqual((await sora.client.call(searchMessages, { query })).items, [])
  })
  return room.room_id
}

async function profilesFollow(story: Story, { mina, junho }: People, roomId: number) {
  await story.step('UserProfileUpdated: friend and room lists follow', async () => {
    const body = { display_name: '미나미', status_message: '휴가 중' }
    await mina.client.call(updateProfile, { body })
    await until('the friend list shows the new name', async () => {
      const { items } = await junho.client.call(listFriends, {})
      return items[0]?.display_name === '미나미' && items[0].status_message === '휴가 중'
    })
    await until('the room list shows the new name', async () => {
      const { items } = await junho.client.call(listRooms, {})
      const room = items.find((one) => one.room_id === roomId)
      return room?.members.some((one) => one.display_name === '미나미')
    })
  })
}

async function streamsResume(story: Story, { mina, junho }: People, roomId: number) {
  await story.step('a stream that was away resumes without a gap', async () => {
    const last = junho.arrived.findLast((one) => one.id !== undefined)?.id
    junho.close()
    const params = { room_id: roomId }
    for (const at of [1, 2, 3]) {
      const body = { client_message_id: `away${at}`, content: `자리 비운 사이 ${at}` }
      await mina.client.call(sendMessage, { params, body })
    }
    await junho.listen(last)
    await junho.hears('message', (one) => one.data.content === '자리 비운 사이 3')
    const ids = junho.arrived.flatMap((one) => one.id ?? [])
    const numbers = ids.map((id) => Number(id.split('.')[1]))
    assert.deepEqual(
      numbers,
      numbers.map((_, at) => (numbers[0] ?? 0) + at),
    )
  })
}

async function presenceIsSeen(
  story: Story,
  baseUrl: string,
  { mina, junho }: People,
  suffix: string,
) {
  const seen = (isOnline: boolean, from: number) =>
    until(`Mina sees Junho ${isOnline ? 'online' : 'offline'}`, () =>
      mina.arrived.slice(from).some((one) => {
        const { user_id, is_online } = one.data
        return one.type === 'presence' && user_id === junho.userId && is_online === isOnline
      }),
    )
  await story.step('UserOnlineStatusChanged: Junho signs out and Mina sees him leave', async () => {
    const from = mina.arrived.length
    junho.close()
    await junho.client.call(signOut, {})
    await refused('not_signed_in', junho.client.call(readMe, {}))
    await seen(false, from)
  })
  await story.step('UserOnlineStatusChanged: Junho signs in again and Mina sees him', async () => {
    const from = mina.arrived.length
    const body = { username: `junho_${suffix}`, password: PASSWORD }
    const session = await createClient({ baseUrl }).call(signIn, { body })
    const back = person('준호', junho.userId, createClient({ baseUrl, token: session.token }))
    await back.listen()
    await seen(true, from)
    back.close()
  })
}

async function everythingIsCounted(story: Story, baseUrl: string, before: Analytics) {
  await story.step('analytics counts what happened, once', async () => {
    const grown = (after: Analytics) => ({
      sign_ups: after.sign_ups - before.sign_ups,
      friend_requests: after.friend_requests - before.friend_requests,
      friendships: after.friendships - before.friendships,
      rejections: after.rejections - before.rejections,
      cancellations: after.cancellations - before.cancellations,
      messages: after.messages - before.messages,
      direct: (after.rooms_by_type.direct ?? 0) - (before.rooms_by_type.direct ?? 0),
      group: (after.rooms_by_type.group ?? 0) - (before.rooms_by_type.group ?? 0),
      welcomes:
        (after.notifications_by_type.welcome ?? 0) - (before.notifications_by_type.welcome ?? 0),
    })
    const expected = {
      sign_ups: 3,
      friend_requests: 3,
      friendships: 1,
      rejections: 1,
      cancellations: 1,
      messages: 7,
      direct: 1,
      group: 1,
      welcomes: 3,
    }
    const same = (after: Analytics) => JSON.stringify(grown(after)) === JSON.stringify(expected)
    await until('the counts', async () => same(await readCounts(baseUrl))).catch(async () => {
      assert.deepEqual(grown(await readCounts(baseUrl)), expected)
    })
    await refused('not_allowed', createClient({ baseUrl }).call(readAnalytics, {}))
  })
  await story.step(
    'metrics: all eleven events were published, and no group is behind',
    async () => {
      await until('no lag', async () => {
        const text = await readMetrics(baseUrl)
        for (const { name } of messenger.events) {
          const published = new RegExp(`sosik_published_total\\{.*type="${name}"\\} [1-9]`)
          assert.match(text, published)
        }
        const lags = [...text.matchAll(/^kafka_consumergroup_lag\{.*\} (\d+)$/gm)]
        assert.ok(lags.length > 0)
        return lags.every(([, lag]) => lag === '0')
      })
    },
  )
}

async function readMetrics(baseUrl: string): Promise<string> {
  const headers = { authorization: `Bearer ${OPERATOR_TOKEN}` }
  return (await fetch(`${baseUrl}/metrics`, { headers })).text()
}
