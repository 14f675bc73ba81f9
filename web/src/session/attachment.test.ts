// What is chosen to be sent: an image where it can be shown, a file else, nothing beyond a limit.
import assert from 'node:assert/strict'
import test from 'node:test'
import { FILE_BYTES_MAX, IMAGE_BYTES_MAX } from '@sosik/contract/files'
import { isShown, refusalOf } from './attachment.ts'

test('what pages show is an image; what is too large for one goes as a file', () => {
  assert.equal(isShown({ type: 'image/png', size: IMAGE_BYTES_MAX }), true)
  assert.equal(isShown({ type: 'image/png', size: IMAGE_BYTES_MAX + 1 }), false)
  for (const type of ['image/svg+xml', 'application/pdf', '']) {
    assert.equal(isShown({ type, size: 1 }), false, type)
  }
})

test('nothing, and what is too large, is refused before it is uploaded', () => {
  const refusals = [0, 1, FILE_BYTES_MAX, FILE_BYTES_MAX + 1].map((size) =>
    refusalOf({ type: 'text/plain', size }),
  )
  assert.deepEqual(refusals, ['empty', undefined, undefined, 'tooLarge'])
})
