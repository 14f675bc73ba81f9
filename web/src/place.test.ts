// The page's address: read as it is written, and the list of rooms for what cannot be read.
import assert from 'node:assert/strict'
import test from 'node:test'
import { hashOf, placeOf } from './place.ts'

test('an address leads to the place that it was made for', () => {
  assert.deepEqual(placeOf(hashOf('friends')), {
    tab: 'friends',
    roomId: undefined,
    seq: undefined,
  })
  assert.deepEqual(placeOf(hashOf('search', 3, 12)), { tab: 'search', roomId: 3, seq: 12 })
})

test('an address that nobody made leads to the rooms', () => {
  for (const hash of ['', '#', '#/nowhere', '#/rooms/x', '#/rooms/0', '#/rooms/1/2/3']) {
    assert.deepEqual(placeOf(hash), { tab: 'rooms', roomId: undefined, seq: undefined }, hash)
  }
})
