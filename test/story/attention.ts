// The story's attention: own devices follow, a muted room is quiet, typing is seen.
import assert from 'node:assert/strict'
import { markRead, muteRoom, readRoom, sendMessage, typeInRoom } from '@sosik/contract/chat'
import type { StreamEvent } from '@sosik/client'
import type { People } from './people.ts'
import { refused } from './refused.ts'
import type { Story } from './steps.ts'

export async function attentionIsPaid(story: Story, { mina, junho, sora }: People, roomId: number) {
  const params = { room_id: roomId }
  const here = (one: StreamEvent) => one.data.room_id === roomId
  const say = (content: string) => {
    const body = { client_message_id: content, content }
    return mina.client.call(sendMessage, { params, body })
  }
  await story.step('MessageSent: Mina’s own devices hear what she says', async () => {
    const sent = await say('내 다른 기기에도')
    const own = (one: StreamEvent) => one.data.message_id === sent.message_id
    assert.equal((await mina.hears('own_message', own)).title, '')
    assert.equal((await junho.hears('message', own)).data.seq, sent.seq)
  })
  await story.step(
    'MessagesRead: Junho’s devices hear where his marker is, Mina how far',
    async () => {
      const { last_seq } = await junho.client.call(readRoom, { params })
      await junho.client.call(markRead, { params, body: { seq: last_seq } })
      await junho.hears('own_read', (one) => here(one) && one.data.read_seq === last_seq)
      const seen = (one: StreamEvent) => here(one) && one.data.seen_seq === last_seq
      assert.equal((await mina.hears('messages_read', seen)).data.user_id, junho.userId)
      const { members } = await mina.client.call(readRoom, { params })
      assert.equal(members.find((one) => one.user_id === junho.userId)?.seen_seq, last_seq)
    },
  )
  await story.step('ChatRoomMuteChanged: messages still arrive, and alert nobody', async () => {
    await junho.client.call(muteRoom, { params, body: { muted: true } })
    await junho.hears('room_muted', (one) => here(one) && one.data.muted === true)
    assert.equal((await junho.client.call(readRoom, { params })).muted, true)
    const { message_id } = await say('조용히')
    const heard = await junho.hears('message', (one) => one.data.message_id === message_id)
    assert.equal(heard.title, '')
  })
  await story.step('typing is seen by who is connected, and is no part of the line', async () => {
    await junho.client.call(typeInRoom, { params })
    const heard = await mina.hears('typing', here)
    assert.deepEqual([heard.id, heard.data.user_id], [undefined, junho.userId])
    await refused('not_found', sora.client.call(typeInRoom, { params }))
  })
}
