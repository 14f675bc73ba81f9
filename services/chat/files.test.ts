// Messages that carry an upload: sent once, by its owner, and gone with the message.
import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { sendMessage } from '@sosik/contract/chat'
import { fileAddress } from '@sosik/contract/files'
import { randomUUID } from 'node:crypto'
import { openStage } from './stage.ts'
import { scratchPglite } from 'sosik/testing'

const unusable = { name: 'Problem', code: 'file_unusable' }
const database = await scratchPglite()
const stage = await openStage(database, 60)
after(() => database.close())

/** Each test has three people of its own. */
let [mina, junho, sora] = [-2, -1, 0]
beforeEach(() => {
  mina += 3
  junho += 3
  sora += 3
  stage.news()
})

const sendFile = (
  userId: number,
  room_id: number,
  fileId: string,
  given: { client_message_id?: string; message_type?: 'image' | 'file' } = {},
) => {
  const body = {
    client_message_id: randomUUID(),
    message_type: 'image',
    content: fileAddress(fileId),
    ...given,
  }
  return stage.ask(sendMessage, userId, { params: { room_id }, body })
}

test('an uploaded image is sent by its address, and told like any message', async () => {
  const { room_id } = await stage.open('direct', mina, junho)
  const fileId = randomUUID()
  stage.uploaded(fileId, mina, 'image')
  stage.news()
  const sent = await sendFile(mina, room_id, fileId)
  assert.equal(sent.content, `/files/${fileId}`)
  assert.equal(stage.carried.get(sent.message_id), fileId)
  const [told, ...more] = stage.news()
  assert.deepEqual([told?.name, told?.data.content], ['MessageSent', sent.content])
  assert.deepEqual(more, [])
})

test('what is not the sender’s, of another kind or sent already costs no seq', async () => {
  const { room_id } = await stage.open('direct', mina, junho)
  const [theirs, file, mine] = [randomUUID(), randomUUID(), randomUUID()]
  stage.uploaded(theirs, junho, 'image')
  stage.uploaded(file, mina, 'file')
  stage.uploaded(mine, mina, 'image')
  assert.equal((await sendFile(mina, room_id, mine)).seq, 1)
  stage.news()
  for (const fileId of [theirs, file, mine, randomUUID()]) {
    await assert.rejects(sendFile(mina, room_id, fileId), unusable)
  }
  assert.deepEqual(stage.news(), [])
  assert.equal((await sendFile(mina, room_id, file, { message_type: 'file' })).seq, 2)
})

test('the same client id sends its file once, and answers for it for ever', async () => {
  const { room_id } = await stage.open('direct', mina, junho)
  const fileId = randomUUID()
  stage.uploaded(fileId, mina, 'image')
  const again = () => sendFile(mina, room_id, fileId, { client_message_id: 'a1' })
  const sent = await again()
  assert.deepEqual(await again(), sent)
  const other = sendFile(mina, room_id, randomUUID(), { client_message_id: 'a1' })
  await assert.rejects(other, { name: 'Problem', code: 'message_conflict' })
})

test('who is no member ties no file to the room', async () => {
  const { room_id } = await stage.open('direct', mina, junho)
  const fileId = randomUUID()
  stage.uploaded(fileId, sora, 'image')
  await assert.rejects(sendFile(sora, room_id, fileId), { name: 'Problem', code: 'not_found' })
  const own = await stage.open('direct', sora, mina)
  assert.equal((await sendFile(sora, own.room_id, fileId)).seq, 1)
})

test('a bad file among messages that share a turn takes only its own with it', async () => {
  const { room_id } = await stage.open('group', mina, junho, sora)
  const fileId = randomUUID()
  stage.uploaded(fileId, junho, 'image')
  const all = [
    stage.send(mina, room_id, 'first'),
    stage.send(mina, room_id, 'second'),
    sendFile(sora, room_id, randomUUID()),
    stage.send(mina, room_id, 'third'),
    sendFile(junho, room_id, fileId),
  ]
  const settled = await Promise.allSettled(all)
  const seqs = settled.map((one) => (one.status === 'fulfilled' ? one.value.seq : undefined))
  assert.deepEqual(seqs, [1, 2, undefined, 3, 4])
  assert.equal((await stage.room(mina, room_id)).last_seq, 4)
})

test('the file of a deleted message is given up with it, once', async () => {
  const { room_id } = await stage.open('group', mina, junho)
  const fileId = randomUUID()
  stage.uploaded(fileId, junho, 'image')
  const sent = await sendFile(junho, room_id, fileId)
  await stage.erase(mina, sent)
  assert.equal(stage.carried.has(sent.message_id), false)
  stage.carried.set(sent.message_id, 'not touched again')
  await stage.erase(mina, sent)
  assert.equal(stage.carried.has(sent.message_id), true)
})
