// The story's second thoughts: a message is edited, then deleted, and search follows.
import assert from 'node:assert/strict'
import { deleteMessage, editMessage, listMessages, sendMessage } from '@sosik/contract/chat'
import { searchMessages } from '@sosik/contract/search'
import { until } from 'sosik/testing'
import type { Person } from '../support/person.ts'
import type { People } from './people.ts'
import { refused } from './refused.ts'
import type { Story } from './steps.ts'

export async function messagesChange(story: Story, { mina, junho, sora }: People, room_id: number) {
  const body = { client_message_id: 'day', content: '수요일에 만나' }
  const sent = await junho.client.call(sendMessage, { params: { room_id }, body })
  const { message_id } = sent
  const params = { room_id, message_id }
  const isIt = (one: { data: Record<string, unknown> }) => one.data.message_id === message_id
  const finds = (person: Person, text: string, count: number) =>
    until(`${person.name} finds ${text} in ${count}`, async () => {
      const { items } = await person.client.call(searchMessages, { query: { text } })
      return items.length === count && { items }
    })
  await story.step('MessageEdited: Mina sees the new text, and search finds it', async () => {
    await finds(mina, '수요일', 1)
    const body = { content: '목요일에 만나' }
    await refused('not_allowed', mina.client.call(editMessage, { params, body }))
    await refused('not_found', sora.client.call(editMessage, { params, body }))
    await junho.client.call(editMessage, { params, body })
    assert.equal((await mina.hears('message_edited', isIt)).data.content, body.content)
    const { items } = await finds(mina, '만나 목요', 1)
    assert.deepEqual(items[0]?.highlights, [
      { start: 0, end: 2 },
      { start: 5, end: 7 },
    ])
    await finds(mina, '수요일', 0)
  })
  await story.step('MessageDeleted: a tombstone stays, the text is nowhere', async () => {
    await refused('not_allowed', mina.client.call(deleteMessage, { params }))
    const tombstone = await junho.client.call(deleteMessage, { params })
    assert.equal(tombstone.content, '')
    await mina.hears('message_deleted', isIt)
    await finds(mina, '목요일', 0)
    const { items } = await mina.client.call(listMessages, { params: { room_id } })
    assert.deepEqual(items.at(-1), tombstone)
    assert.equal(
      (await junho.client.call(deleteMessage, { params })).deleted_at,
      tombstone.deleted_at,
    )
  })
}
