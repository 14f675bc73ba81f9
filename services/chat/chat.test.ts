// The rules of chat, case by case.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CONTENT_LENGTH_MAX, MESSAGES_READ_MAX } from '@sosik/contract/chat'
import {
  bodyHash,
  carriedFile,
  editTime,
  passedOver,
  planRoom,
  requireDeletable,
  requireEditable,
  type Said,
  sayingOf,
} from './chat.ts'

const refusal = (code: string) => ({ name: 'Problem', code })

test('a room is its creator and the others, ascending and each once', () => {
  const cases = [
    { creator: 5, wanted: { room_type: 'direct', member_ids: [3] }, members: [3, 5], other: 3 },
    {
      creator: 1,
      wanted: { room_type: 'group', member_ids: [3, 2] },
      members: [1, 2, 3],
      other: 2,
    },
    { creator: 2, wanted: { room_type: 'group', member_ids: [2, 9] }, members: [2, 9], other: 9 },
    { creator: 2, wanted: { room_type: 'direct', member_ids: [2, 9] }, members: [2, 9], other: 9 },
  ] as const
  for (const { creator, wanted, members, other } of cases) {
    const plan = planRoom(creator, wanted)
    assert.deepEqual(plan.memberIds, members)
    assert.equal(plan.firstOtherId, other)
  }
})

test('only a group has a name, in NFC', () => {
  const name = '가족'.normalize('NFD')
  assert.equal(planRoom(1, { room_type: 'group', member_ids: [2], name }).name, '가족')
  assert.equal(planRoom(1, { room_type: 'group', member_ids: [2] }).name, '')
  assert.equal(planRoom(1, { room_type: 'direct', member_ids: [2], name }).name, '')
})

test('a direct room without one other, and a group without any, are refused', () => {
  const cases = [
    { room_type: 'direct', member_ids: [1] },
    { room_type: 'direct', member_ids: [2, 3] },
    { room_type: 'group', member_ids: [1] },
  ] as const
  for (const wanted of cases) {
    assert.throws(() => planRoom(1, wanted), refusal('room_members_invalid'))
  }
})

test('text is stored well-formed and in NFC, whatever keyboard wrote it', () => {
  assert.deepEqual(sayingOf({ content: '안녕'.normalize('NFD') }), {
    content: '안녕',
    message_type: 'text',
  })
  assert.equal(sayingOf({ content: 'half \ud83d' }).content, 'half \ufffd')
  assert.equal(sayingOf({ content: ' a\n b ' }).content, ' a\n b ')
})

test('the length of text is its code points in NFC', () => {
  const emoji = '😀'.repeat(CONTENT_LENGTH_MAX)
  assert.equal(sayingOf({ content: emoji }).content, emoji)
  // U+FB2C is three code points in NFC.
  const growing = '\ufb2c'.repeat(CONTENT_LENGTH_MAX / 2)
  assert.throws(() => sayingOf({ content: growing }), refusal('body_invalid'))
})

const UPLOAD = '/files/019bf8a0-0000-7000-8000-000000000001'

test('an image or a file is the address of an upload or of the web, stored as it came', () => {
  const addresses = ['https://example.com/a.png', 'HTTP://example.com', 'http://[::1]:80/한글.png']
  for (const content of [UPLOAD, ...addresses]) {
    assert.deepEqual(sayingOf({ content, message_type: 'image' }), {
      content,
      message_type: 'image',
    })
  }
  const others = ['', 'a.png', '/a.png', '//example.com/a', 'http:example.com', 'ftp://example.com']
  const tricks = [
    `${UPLOAD}/../1`,
    '/files/1',
    'javascript:alert(1)',
    'https://',
    ' https://a.b',
    'https://a.b/c d',
    'https://a\ud83d',
  ]
  for (const content of [...others, ...tricks]) {
    const send = () => sayingOf({ content, message_type: 'file' })
    assert.throws(send, refusal('message_content_invalid'), content)
  }
})

test('only an image or a file carries an upload', () => {
  const fileId = UPLOAD.slice('/files/'.length)
  for (const message_type of ['image', 'file'] as const) {
    const carried = { fileId, userId: 1, kind: message_type }
    assert.deepEqual(carriedFile({ content: UPLOAD, message_type }, 1), carried)
    assert.equal(carriedFile({ content: 'https://example.com/a', message_type }, 1), undefined)
  }
  assert.equal(carriedFile({ content: UPLOAD, message_type: 'text' }, 1), undefined)
})

test('the same saying has the same hash, another content or type another', () => {
  const address = 'https://example.com/a'
  const hashOf = (content: string, message_type: 'text' | 'image' | 'file') =>
    Buffer.from(bodyHash(sayingOf({ content, message_type }))).toString('hex')
  assert.equal(hashOf('안녕'.normalize('NFD'), 'text'), hashOf('안녕', 'text'))
  const all = [
    hashOf(address, 'text'),
    hashOf(address, 'image'),
    hashOf(address, 'file'),
    hashOf(`${address}b`, 'file'),
  ]
  assert.equal(new Set(all).size, all.length)
})

test('only its author edits a message, and only a text that is not deleted', () => {
  const text: Said = { user_id: 1, content: 'a', message_type: 'text' }
  requireEditable(text, 1)
  assert.throws(() => requireEditable(text, 2), refusal('not_allowed'))
  const image: Said = { ...text, message_type: 'image' }
  assert.throws(() => requireEditable(image, 1), refusal('message_not_text'))
  const deleted: Said = { ...text, deleted_at: '2026-01-27T12:00:00.000Z' }
  assert.throws(() => requireEditable(deleted, 1), refusal('message_deleted'))
})

test('its author and the owner of the group delete a message, nobody else', () => {
  const message: Said = { user_id: 1, content: 'a', message_type: 'file' }
  requireDeletable(message, { ownerId: null }, 1)
  requireDeletable(message, { ownerId: 2 }, 2)
  assert.throws(() => requireDeletable(message, { ownerId: 2 }, 3), refusal('not_allowed'))
  assert.throws(() => requireDeletable(message, { ownerId: null }, 3), refusal('not_allowed'))
})

test('a marker passes over what lies between, in spans that fit an event', () => {
  const max = MESSAGES_READ_MAX
  const cases: [readSeq: number, seq: number, spans: [after: number, upTo: number][]][] = [
    [0, 1, [[0, 1]]],
    [5, 5, []],
    [5, 3, []],
    [2, 2 + max, [[2, 2 + max]]],
    [
      2,
      3 + max,
      [
        [2, 2 + max],
        [2 + max, 3 + max],
      ],
    ],
    [
      0,
      2 * max,
      [
        [0, max],
        [max, 2 * max],
      ],
    ],
  ]
  for (const [readSeq, seq, spans] of cases) {
    const expected = spans.map(([after, upTo]) => ({ after, upTo }))
    assert.deepEqual(passedOver(readSeq, 5 * max, seq), expected)
  }
})

test('nobody reads what is not said yet', () => {
  assert.throws(() => passedOver(0, 4, 5), refusal('read_beyond_end'))
  assert.deepEqual(passedOver(4, 4, 4), [])
})

test('an edit is later than the one before, also where a clock goes back', () => {
  const noon = '2026-01-27T12:00:00.000Z'
  const noonMs = Date.parse(noon)
  assert.equal(editTime(noonMs, undefined), noon)
  assert.equal(editTime(noonMs + 5, noon), '2026-01-27T12:00:00.005Z')
  for (const nowMs of [noonMs, noonMs - 60_000]) {
    assert.equal(editTime(nowMs, noon), '2026-01-27T12:00:00.001Z')
  }
})
