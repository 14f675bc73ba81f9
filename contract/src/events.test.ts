// Every event of the document: its topic, its key, and its JSON, field by field in the order given.
import assert from 'node:assert/strict'
import test from 'node:test'
import { decode, encode, type LogRecord, type NewRecord } from 'sosik'
import { type MessengerEvent, messenger } from './catalogue.ts'

const friendship = 'friendship_id requester_id requester_name addressee_id addressee_name timestamp'

type Row = readonly [topic: string, key: string, fields: string]

/** What the document says: topic, key, fields in its order; then what goes beyond it. */
const DOCUMENT: { [Name in MessengerEvent['name']]?: Row } = {
  UserRegistered: ['user.events', 'user_id', 'user_id email username display_name timestamp'],
  UserProfileUpdated: [
    'user.events',
    'user_id',
    'user_id display_name profile_image_url status_message timestamp',
  ],
  UserOnlineStatusChanged: ['user.online_status', 'user_id', 'user_id is_online timestamp'],
  FriendRequestSent: ['friend.events', 'requester_id', friendship],
  FriendRequestAccepted: ['friend.events', 'requester_id', friendship],
  FriendRequestRejected: ['friend.events', 'requester_id', friendship],
  FriendRequestCancelled: ['friend.events', 'requester_id', friendship],
  ChatRoomCreated: [
    'chat.events',
    'user_1_id',
    'room_id user_1_id user_2_id room_type timestamp member_ids? name?',
  ],
  MessageSent: [
    'message.events',
    'room_id',
    'message_id room_id user_id username content message_type created_at seq? client_message_id?',
  ],
  MessagesRead: ['message.events', 'room_id', 'room_id user_id message_ids timestamp read_seq?'],
  NotificationSent: [
    'notification.events',
    'user_id',
    'notification_id user_id notification_type title content timestamp',
  ],
}

const seal = { id: '019bf8a0-0000-7000-8000-0000000000aa', time: '2026-01-27T12:00:00.000Z' }
const text = (bytes: Uint8Array | null) => new TextDecoder().decode(bytes ?? new Uint8Array())
const stored = (record: NewRecord): LogRecord => ({
  ...record,
  partition: 0,
  offset: 5n,
  timestampMs: 0,
})

test('the catalogue holds the document: eleven events, six topics, five groups', () => {
  const names = messenger.events.map((one) => one.name)
  assert.equal(Object.keys(DOCUMENT).length, 11)
  for (const name of Object.keys(DOCUMENT))
    assert.ok(
      names.some((one) => one === name),
      name,
    )
  assert.deepEqual(
    messenger.topics.map((one) => [one.name, one.partitions, one.retentionMs / 3_600_000]),
    [
      ['user.events', 3, 168],
      ['user.online_status', 6, 1],
      ['friend.events', 3, 168],
      ['chat.events', 3, 168],
      ['message.events', 10, 168],
      ['notification.events', 3, 168],
    ],
  )
  assert.ok(messenger.topics.every((one) => one.replicationFactor === 3))
  assert.deepEqual(
    messenger.groups.map((one) => [one.name, one.topics.length, one.afterDeadLetter]),
    [
      ['friend-consumer-group', 1, 'park'],
      ['chat-consumer-group', 1, 'park'],
      ['notification-consumer-group', 6, 'continue'],
      ['analytics-consumer-group', 6, 'continue'],
      ['search-indexer-group', 1, 'park'],
    ],
  )
})

for (const definition of messenger.events) {
  test(`${definition.name} travels as JSON and comes back the same`, () => {
    const record = encode({ definition, data: definition.example }, seal)
    const example: Record<string, unknown> = definition.example
    const names = Object.keys(definition.schema.properties).filter((name) => name in example)
    const written = Object.fromEntries(names.map((name) => [name, example[name]]))

    assert.equal(record.topic, definition.topic.name)
    assert.equal(text(record.key), String(example[definition.key]))
    assert.equal(text(record.value), JSON.stringify({ ...written, __type__: definition.name }))
    const decoded = decode(messenger, stored(record))
    assert.ok(decoded.known)
    assert.deepEqual(decoded.event.data, definition.example)
    assert.equal(decoded.event.id, seal.id)
  })

  const row = DOCUMENT[definition.name]
  if (row === undefined) continue
  const [topic, key, fields] = row

  test(`${definition.name} has the document's topic, key and fields`, () => {
    const names = fields.split(' ')
    assert.equal(definition.topic.name, topic)
    assert.equal(definition.key, key)
    const unmarked = names.map((name) => name.replace('?', ''))
    assert.deepEqual(Object.keys(definition.schema.properties), unmarked)
    const required = names.filter((name) => !name.endsWith('?'))
    assert.deepEqual(definition.schema.required, required)
  })

  test(`${definition.name} is understood from a producer that writes no header and no type`, () => {
    const record = encode({ definition, data: definition.example }, seal)
    const { __type__: _, ...plain } = JSON.parse(text(record.value)) as Record<string, unknown>
    const value = new TextEncoder().encode(JSON.stringify(plain))
    const decoded = decode(messenger, { ...stored(record), headers: [], value })
    assert.ok(decoded.known)
    // The four friend events have the same fields; the document reads such a record as a request.
    const expected = definition.name.startsWith('FriendRequest')
      ? 'FriendRequestSent'
      : definition.name
    assert.equal(decoded.event.type, expected)
    assert.equal(decoded.event.id, `${topic}/0/5`)
  })
}
