// The story's rooms: opened, talked in, read, searched, and resumed.
import assert from 'node:assert/strict'
import {
  createRoom,
  listMessages,
  listRooms,
  markRead,
  readRoom,
  sendMessage,
} from '@sosik/contract/chat'
import { listFriends } from '@sosik/contract/friend'
import { searchMessages } from '@sosik/contract/search'
import { updateProfile } from '@sosik/contract/user'
import { until } from 'sosik/testing'
import type { People } from './people.ts'
import { refused } from './refused.ts'
import type { Story } from './steps.ts'

export async function theyTalk(story: Story, { mina, junho, sora }: People): Promise<number> {
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

export async function profilesFollow(story: Story, { mina, junho }: People, roomId: number) {
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

export async function streamsResume(story: Story, { mina, junho }: People, roomId: number) {
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
