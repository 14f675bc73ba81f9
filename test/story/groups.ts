// The story's groups: joined, renamed, left, passed on.
import assert from 'node:assert/strict'
import {
  createRoom,
  inviteMembers,
  leaveRoom,
  listMessages,
  readRoom,
  removeMember,
  renameRoom,
  sendMessage,
} from '@sosik/contract/chat'
import type { StreamEvent } from '@sosik/client'
import type { People } from './people.ts'
import { refused } from './refused.ts'
import type { Story } from './steps.ts'

export async function groupsChange(story: Story, { mina, junho, sora }: People): Promise<void> {
  const body = { room_type: 'group' as const, member_ids: [junho.userId], name: '산책' }
  const { room_id } = await mina.client.call(createRoom, { body })
  const params = { room_id }
  const here = (one: StreamEvent) => one.data.room_id === room_id
  const say = (person: typeof mina, content: string) => {
    const body = { client_message_id: content, content }
    return person.client.call(sendMessage, { params, body })
  }
  await story.step('ChatRoomRenamed: the owner names the group anew', async () => {
    const name = '저녁 산책'
    await refused('not_allowed', junho.client.call(renameRoom, { params, body: { name } }))
    await mina.client.call(renameRoom, { params, body: { name } })
    const heard = await junho.hears('room_renamed', here)
    assert.equal(heard.data.name, name)
  })
  await story.step('ChatRoomMemberJoined: Sora is told the room, the others who came', async () => {
    await say(mina, '소라도 부를까?')
    await junho.client.call(inviteMembers, { params, body: { member_ids: [sora.userId] } })
    const heard = await sora.hears('room_joined', here)
    const seen = await sora.client.call(readRoom, { params })
    assert.deepEqual(heard.data.room, seen)
    const other = await mina.hears('member_joined', here)
    assert.equal(other.data.user_id, sora.userId)
    assert.equal(other.data.invited_by_id, junho.userId)
  })
  await story.step('who joins reads from then on', async () => {
    const hello = await say(sora, '안녕하세요!')
    const { items } = await sora.client.call(listMessages, { params })
    assert.deepEqual(items, [hello])
    assert.equal((await junho.client.call(listMessages, { params })).items.length, 2)
  })
  await story.step('ChatRoomMemberLeft: Sora is removed, and finds no room any more', async () => {
    const target = { params: { room_id, user_id: sora.userId } }
    await refused('not_allowed', junho.client.call(removeMember, target))
    await mina.client.call(removeMember, target)
    const heard = await sora.hears('room_left', here)
    assert.equal(heard.data.removed_by_id, mina.userId)
    await refused('not_found', sora.client.call(readRoom, { params }))
    await junho.hears('member_left', here)
  })
  await story.step('ChatRoomMemberLeft: the owner leaves, and the group is Junho’s', async () => {
    await mina.client.call(leaveRoom, { params })
    const fits = (one: StreamEvent) => here(one) && one.data.user_id === mina.userId
    const heard = await junho.hears('member_left', fits)
    assert.equal(heard.data.owner_id, junho.userId)
    assert.equal((await junho.client.call(readRoom, { params })).owner_id, junho.userId)
  })
}
