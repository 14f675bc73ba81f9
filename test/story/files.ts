// The story's files: uploaded, sent, fetched by members only, and gone with their message.
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { deleteMessage, sendMessage } from '@sosik/contract/chat'
import { readFileInfo } from '@sosik/contract/files'
import { download, upload } from '@sosik/client'
import type { Person } from '../support/person.ts'
import type { People } from './people.ts'
import { refused } from './refused.ts'
import type { Story } from './steps.ts'

/** The smallest picture there is. */
const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')
const FILE_BYTES = 3_000_000

export async function filesAreSent(story: Story, { mina, junho, sora }: People, room_id: number) {
  const params = { room_id }
  const say = (person: Person, content: string, message_type: 'image' | 'file') => {
    const body = { client_message_id: randomUUID(), content, message_type }
    return person.client.call(sendMessage, { params, body })
  }
  const fetched = async (person: Person, fileId: string) =>
    Buffer.from(await (await download(person.client, fileId)).arrayBuffer())

  const image = await story.step('Mina uploads an image, which is hers alone', async () => {
    const given = { kind: 'image' as const, name: '고양이.gif', bytes: new Blob([GIF]) }
    const image = await upload(mina.client, { ...given, clientFileId: 'cat' })
    assert.deepEqual(await upload(mina.client, { ...given, clientFileId: 'cat' }), image)
    assert.equal(image.media_type, 'image/gif')
    assert.deepEqual(await fetched(mina, image.file_id), GIF)
    await refused('not_found', download(junho.client, image.file_id))
    await refused('file_unusable', say(junho, image.address, 'image'))
    const page = { ...given, bytes: new Blob(['<svg onload="alert(1)"/>']) }
    await refused('image_invalid', upload(mina.client, page))
    return image
  })
  const picture = await story.step('MessageSent: the image arrives, and its bytes', async () => {
    const sent = await say(mina, image.address, 'image')
    const isIt = (one: { data: Record<string, unknown> }) => one.data.content === image.address
    await junho.hears('message', isIt)
    assert.deepEqual(await fetched(junho, image.file_id), GIF)
    await refused('file_unusable', say(mina, image.address, 'image'))
    return sent
  })
  await story.step(
    'MessageSent: a file of three megabytes arrives whole, and in parts',
    async () => {
      const whole = randomBytes(FILE_BYTES)
      const given = { kind: 'file' as const, name: '보고서.html', bytes: new Blob([whole]) }
      const { file_id, address } = await upload(junho.client, given)
      await say(junho, address, 'file')
      await mina.hears('message', (one) => one.data.content === address)
      assert.deepEqual(await fetched(mina, file_id), whole)
      const { name } = await mina.client.call(readFileInfo, { params: { file_id } })
      assert.equal(name, given.name)
      const range = { start: FILE_BYTES - 10 }
      const part = await download(mina.client, file_id, { range })
      assert.deepEqual(Buffer.from(await part.arrayBuffer()), whole.subarray(-10))
      assert.equal(part.headers.get('content-type'), 'application/octet-stream')
      assert.match(part.headers.get('content-disposition') ?? '', /^attachment;/)
    },
  )
  await story.step('a stranger finds no file, whether it exists or not', async () => {
    for (const file_id of [image.file_id, randomUUID()]) {
      await refused('not_found', download(sora.client, file_id))
      await refused('not_found', sora.client.call(readFileInfo, { params: { file_id } }))
    }
  })
  await story.step('MessageDeleted: the image is gone with its message', async () => {
    const { message_id } = picture
    await mina.client.call(deleteMessage, { params: { room_id, message_id } })
    await junho.hears('message_deleted', (one) => one.data.message_id === message_id)
    await refused('not_found', download(junho.client, image.file_id))
    await refused('not_found', download(mina.client, image.file_id))
  })
}
