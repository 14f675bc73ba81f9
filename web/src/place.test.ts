// The page's address: read as it is written, and the list of rooms for what cannot be read.
import assert from 'node:assert/strict'
import test from 'node:test'
import { hashOf, placeOf, searchIn } from './place.ts'

const nowhere = { roomId: undefined, seq: undefined, within: undefined }

test('an address leads to the place that it was made for', () => {
  assert.deepEqual(placeOf(hashOf('friends')), { ...nowhere, tab: 'friends' })
  const found = { ...nowhere, tab: 'search', roomId: 3, seq: 12 }
  assert.deepEqual(placeOf(hashOf('search', 3, 12)), found)
  assert.deepEqual(placeOf(searchIn(3)), { ...nowhere, tab: 'search', within: 3 })
})

test('an address that nobody made leads to the rooms', () => {
  const hashes = ['', '#', '#/nowhere', '#/rooms/x', '#/rooms/0', '#/rooms/1/2/3', '#/search?in=x']
  for (const hash of hashes) {
    assert.deepEqual(placeOf(hash), { ...nowhere, tab: 'rooms' }, hash)
  }
})
