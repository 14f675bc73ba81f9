// Programs written from the document in Python, against the product's topics, in both directions.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test from 'node:test'
import { createClient } from '@sosik/client'
import { readAnalytics } from '@sosik/contract/analytics'
import { messenger } from '@sosik/contract/catalogue'
import { createRoom, sendMessage } from '@sosik/contract/chat'
import { requestFriend } from '@sosik/contract/friend'
import { partitionOf } from 'sosik'
import { withRealParts } from '../support/parts.ts'
import { registerPerson } from '../support/person.ts'
import { freePort, OPERATOR_TOKEN, startServerProcess } from '../support/server-process.ts'
import { until } from '../support/until.ts'
import { startPython } from './python.ts'

const KEYS = ['1', '42', '9007199254740991', '방-7', 'a key', 'ключ', '김미나']

test('what Python writes is understood here, and what is written here Python understands', () =>
  withRealParts(async (real) => {
    const server = await startServerProcess({ port: await freePort(), real })
    const topics = messenger.topics.map((topic) => topic.name)
    const consumer = await startPython('consume', real.KAFKA_BROKERS, randomUUID(), ...topics)
    const producer = await startPython('produce', real.KAFKA_BROKERS)
    try {
      const suffix = randomUUID().slice(0, 8)
      const mina = await registerPerson(server.url, `mina_${suffix}`, '미나')
      const junho = await registerPerson(server.url, `junho_${suffix}`, '준호')
      const hears = (type: string, fits: (value: Record<string, unknown>) => boolean) =>
        until(`Python hears ${type}`, () =>
          consumer.told.find(({ value }) => {
            const event = value as Record<string, unknown>
            return event.__type__ === type && fits(event)
          }),
        )

      // Ours, read by the document's consumer.
      await hears('UserRegistered', (value) => value.user_id === mina.userId)
      await mina.client.call(requestFriend, { body: { addressee_id: junho.userId } })
      const request = await hears('FriendRequestSent', (one) => one.addressee_id === junho.userId)
      assert.equal(request.key, String(mina.userId))
      assert.equal((request.value as { requester_name: string }).requester_name, '미나')
      const body = { room_type: 'direct' as const, member_ids: [junho.userId] }
      const room = await mina.client.call(createRoom, { body })
      const params = { room_id: room.room_id }
      const text = { client_message_id: 'a', content: '안녕' }
      await mina.client.call(sendMessage, { params, body: text })
      const message = await hears('MessageSent', (value) => value.room_id === room.room_id)
      assert.equal((message.value as { content: string }).content, '안녕')
      const headers = new Map(message.headers as [string, string][])
      assert.equal(headers.get('ce_type'), 'MessageSent')
      assert.equal(headers.get('ce_source'), '/contexts/chat')

      // Theirs, with its effects here.
      const operator = createClient({ baseUrl: server.url, token: OPERATOR_TOKEN })
      const before = (await operator.call(readAnalytics, {})).sign_ups
      const userId = 8_000_000_000 + Math.floor(Math.random() * 1_000_000_000)
      const timestamp = '2026-01-27T10:00:00.123456'
      producer.write({
        topic: 'user.events',
        event: 'UserRegistered',
        key: String(userId),
        data: {
          user_id: userId,
          email: 'p@example.com',
          username: 'p',
          display_name: '파이',
          timestamp,
        },
      })
      await hears('NotificationSent', (value) => value.user_id === userId)
      await until('the sign-up is counted', async () => {
        return (await operator.call(readAnalytics, {})).sign_ups === before + 1
      })
      await junho.listen()
      producer.write({
        topic: 'friend.events',
        event: 'FriendRequestSent',
        key: String(userId),
        data: {
          friendship_id: userId,
          requester_id: userId,
          requester_name: '파이',
          addressee_id: junho.userId,
          addressee_name: '준호',
          timestamp,
        },
      })
      const heard = await junho.hears('friend_request', (one) => one.data.requester_id === userId)
      assert.equal(heard.title, '파이님이 친구 요청을 보냈습니다')
      junho.close()

      // One key, one partition, whichever client wrote it.
      const told = producer.told.length
      for (const key of KEYS) {
        producer.write({
          topic: 'message.events',
          event: 'Unknown',
          key,
          data: { __type__: 'Unknown' },
        })
      }
      await until('the partitions', () => producer.told.length === told + KEYS.length)
      assert.deepEqual(
        producer.told.slice(told).map(({ key, partition }) => [key, partition]),
        KEYS.map((key) => [key, partitionOf(new TextEncoder().encode(key), 10)]),
      )
    } finally {
      await Promise.all([consumer.stop(), producer.stop()])
      await server.stop()
    }
  }))
