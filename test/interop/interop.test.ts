// Programs written from the document in Python, against the product's topics, in both directions.
import assert from 'node:assert/strict'
import { randomInt, randomUUID } from 'node:crypto'
import test from 'node:test'
import { createClient } from '@sosik/client'
import { analyticsGroup, readAnalytics } from '@sosik/contract/analytics'
import { messenger } from '@sosik/contract/catalogue'
import { createRoom, sendMessage } from '@sosik/contract/chat'
import { requestFriend } from '@sosik/contract/friend'
import { groupLag, partitionOf } from 'sosik'
import { kafkaEventLog } from 'sosik/kafka'
import { withRealParts } from '../support/parts.ts'
import { type Person, registerPerson } from '../support/person.ts'
import { freePort, OPERATOR_TOKEN, startServerProcess } from '../support/server-process.ts'
import { until } from 'sosik/testing'
import { type PythonProgram, startPython } from './python.ts'

type Value = Record<string, unknown>

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
      await pythonReadsOurs(consumer, mina, junho)
      const places = { baseUrl: server.url, brokers: real.KAFKA_BROKERS }
      await pythonsEventsHaveTheirEffects(places, consumer, producer, junho)
      await oneKeyLandsOnOnePartition(producer)
    } finally {
      await Promise.all([consumer.stop(), producer.stop()])
      await server.stop()
    }
  }))

const hears = (consumer: PythonProgram, type: string, fits: (value: Value) => boolean) =>
  until(`Python hears ${type}`, () =>
    consumer.told.find(({ value }) => {
      const event = value as Value
      return event.__type__ === type && fits(event)
    }),
  )

async function pythonReadsOurs(consumer: PythonProgram, mina: Person, junho: Person) {
  await hears(consumer, 'UserRegistered', (value) => value.user_id === mina.userId)
  await mina.client.call(requestFriend, { body: { addressee_id: junho.userId } })
  const asks = (value: Value) => value.addressee_id === junho.userId
  const request = await hears(consumer, 'FriendRequestSent', asks)
  assert.equal(request.key, String(mina.userId))
  assert.equal((request.value as Value).requester_name, '미나')
  const body = { room_type: 'direct' as const, member_ids: [junho.userId] }
  const room = await mina.client.call(createRoom, { body })
  const text = { client_message_id: 'a', content: '안녕' }
  await mina.client.call(sendMessage, { params: { room_id: room.room_id }, body: text })
  const inRoom = (value: Value) => value.room_id === room.room_id
  const message = await hears(consumer, 'MessageSent', inRoom)
  assert.equal((message.value as Value).content, '안녕')
  const headers = new Map(message.headers as [string, string][])
  assert.equal(headers.get('ce_type'), 'MessageSent')
  assert.equal(headers.get('ce_source'), '/contexts/chat')
}

/** Also of what other tests have left on the same brokers. */
async function nothingIsLeftToCount(brokers: string): Promise<void> {
  const log = await kafkaEventLog({ brokers: brokers.split(','), clientId: 'interop' })
  try {
    await until('nothing is left to count', async () => {
      const lags = await groupLag(log.admin, analyticsGroup)
      return lags.every(({ lag }) => lag === 0n)
    })
  } finally {
    await log.close()
  }
}

async function pythonsEventsHaveTheirEffects(
  { baseUrl, brokers }: { readonly baseUrl: string; readonly brokers: string },
  consumer: PythonProgram,
  producer: PythonProgram,
  junho: Person,
) {
  const operator = createClient({ baseUrl, token: OPERATOR_TOKEN })
  const signUps = async () => (await operator.call(readAnalytics, {})).sign_ups
  await nothingIsLeftToCount(brokers)
  const before = await signUps()
  const userId = 8_000_000_000 + randomInt(1_000_000_000)
  const key = String(userId)
  const timestamp = '2026-01-27T10:00:00.123456'
  producer.write({
    topic: 'user.events',
    event: 'UserRegistered',
    key,
    data: { user_id: userId, email: 'p@x.kr', username: 'p', display_name: '파이', timestamp },
  })
  await hears(consumer, 'NotificationSent', (value) => value.user_id === userId)
  await until('the sign-up is counted', async () => (await signUps()) > before)
  await junho.listen()
  const data = {
    friendship_id: userId,
    requester_id: userId,
    requester_name: '파이',
    addressee_id: junho.userId,
    addressee_name: '준호',
    timestamp,
  }
  producer.write({ topic: 'friend.events', event: 'FriendRequestSent', key, data })
  const heard = await junho.hears('friend_request', (one) => one.data.requester_id === userId)
  assert.equal(heard.title, '파이님이 친구 요청을 보냈습니다')
  junho.close()
}

async function oneKeyLandsOnOnePartition(producer: PythonProgram) {
  const told = producer.told.length
  for (const key of KEYS) {
    const data = { __type__: 'Unknown' }
    producer.write({ topic: 'message.events', event: 'Unknown', key, data })
  }
  await until('the partitions', () => producer.told.length === told + KEYS.length)
  assert.deepEqual(
    producer.told.slice(told).map(({ key, partition }) => [key, partition]),
    KEYS.map((key) => [key, partitionOf(new TextEncoder().encode(key), 10)]),
  )
}
