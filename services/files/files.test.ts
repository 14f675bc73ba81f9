// The rules of files: images by their bytes, names, ranges, and what is said of the bytes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FILE_BYTES_MAX, fileAddress, fileIdOf, IMAGE_BYTES_MAX } from '@sosik/contract/files'
import {
  disposition,
  fileName,
  hasTag,
  HEAD_BYTES,
  mediaTypeOf,
  requireSize,
  spanOf,
} from './files.ts'

const refusal = (code: string) => ({ name: 'Problem', code })
const bytes = (text: string) => Buffer.from(text, 'latin1')

test('an image is what its first bytes say', () => {
  const images = {
    'image/jpeg': '\xff\xd8\xff\xe0\x00\x10JFIF\x00',
    'image/png': '\x89PNG\r\n\x1a\n\x00\x00\x00\r',
    'image/gif': 'GIF89a\x01\x00\x01\x00\x80',
    'image/webp': 'RIFF\n\x00\x00\x00WEBP',
  }
  for (const [mediaType, head] of Object.entries(images)) {
    assert.equal(mediaTypeOf('image', bytes(head)), mediaType)
    assert.ok(head.length <= HEAD_BYTES)
  }
  assert.equal(mediaTypeOf('image', bytes('GIF87a')), 'image/gif')
})

test('what a browser would run is no image, nor is what only begins like one', () => {
  const others = [
    '<svg xmlns="http://www.w3.org/2000/svg"/>',
    '<!DOCTYPE html>',
    ' GIF89a',
    '\x89PNG\n\x1a\n',
    'RIFF\n\x00\x00\x00WAVE',
    '%PDF-1.7',
    '',
  ]
  for (const head of others) {
    assert.throws(() => mediaTypeOf('image', bytes(head)), refusal('image_invalid'), head)
  }
})

test('a file is bytes that nothing opens, whatever they are', () => {
  for (const head of ['GIF89a', '<svg/>', '']) {
    assert.equal(mediaTypeOf('file', bytes(head)), 'application/octet-stream')
  }
})

test('an image has a limit of its own', () => {
  requireSize('image', IMAGE_BYTES_MAX)
  requireSize('file', FILE_BYTES_MAX)
  assert.throws(() => requireSize('image', IMAGE_BYTES_MAX + 1), refusal('body_too_large'))
})

test('a name is in NFC and cannot hide what it ends in', () => {
  assert.equal(fileName('휴가.png'.normalize('NFD')), '휴가.png')
  assert.equal(fileName('photo\u202egnp.exe'), 'photognp.exe')
  assert.equal(fileName('half \ud83d'), 'half \ufffd')
  assert.equal(fileName('가족 👨‍👩‍👧.jpg'), '가족 👨‍👩‍👧.jpg')
  assert.throws(() => fileName('\u200f'), refusal('body_invalid'))
  // One letter that NFC spells with three.
  assert.throws(() => fileName('\u{1d160}'.repeat(100)), refusal('body_invalid'))
})

test('a name travels in a header in ASCII and in UTF-8, and never ends it', () => {
  assert.equal(
    disposition('file', '보고서 "1\'.pdf'),
    'attachment; filename="___ _1\'.pdf"; ' +
      "filename*=UTF-8''%EB%B3%B4%EA%B3%A0%EC%84%9C%20%221%27.pdf",
  )
  assert.equal(disposition('image', 'a.png'), 'inline; filename="a.png"; filename*=UTF-8\'\'a.png')
})

test('a range is one, of bytes, and lies in the file; anything else is the whole file', () => {
  assert.deepEqual(spanOf('bytes=0-0', 10), { start: 0, end: 0 })
  assert.deepEqual(spanOf('bytes=2-', 10), { start: 2, end: 9 })
  assert.deepEqual(spanOf('bytes=2-99', 10), { start: 2, end: 9 })
  assert.deepEqual(spanOf('bytes=-3', 10), { start: 7, end: 9 })
  assert.deepEqual(spanOf('bytes=-99', 10), { start: 0, end: 9 })
  const none = [undefined, '', 'bytes=-', 'bytes=0-1,3-4', 'lines=0-1', 'bytes=5-2', 'bytes=a-b']
  for (const range of none) assert.equal(spanOf(range, 10), undefined, range)
  for (const range of ['bytes=10-', 'bytes=10-12', 'bytes=-0']) {
    assert.throws(() => spanOf(range, 10), refusal('range_unsatisfiable'), range)
  }
})

test('a tag is found in a list, weak or strong', () => {
  assert.ok(hasTag('"a"', '"a"'))
  assert.ok(hasTag('"b", W/"a"', '"a"'))
  assert.ok(hasTag('*', '"a"'))
  assert.ok(!hasTag('"ab"', '"a"'))
  assert.ok(!hasTag(undefined, '"a"'))
})

test('an address names a file, and nothing else does', () => {
  const fileId = '019bf8a0-0000-7000-8000-000000000001'
  assert.equal(fileIdOf(fileAddress(fileId)), fileId)
  const others = [`/files/${fileId}/`, `/files/${fileId}\n`, '/files/1', `x/files/${fileId}`, '']
  for (const address of others) assert.equal(fileIdOf(address), undefined, address)
})
