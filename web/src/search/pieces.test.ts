// A snippet in pieces: together they are the text, and what was looked for is marked.
import assert from 'node:assert/strict'
import test from 'node:test'
import { piecesOf } from './pieces.ts'

const shown = (found: Parameters<typeof piecesOf>[0]) =>
  piecesOf(found)
    .map(({ text, isMarked }) => (isMarked ? `[${text}]` : text))
    .join('')

const content = '오늘 저녁 어때? 내일 저녁은?'

test('a whole content is shown with its marks', () => {
  const highlights = [
    { start: 3, end: 5 },
    { start: 13, end: 15 },
  ]
  const snippet = { start: 0, end: content.length }
  assert.equal(shown({ content, highlights, snippet }), '오늘 [저녁] 어때? 내일 [저녁]은?')
})

test('a piece of it says where the content goes on, and marks only what is in it', () => {
  const highlights = [
    { start: 3, end: 5 },
    { start: 13, end: 15 },
  ]
  const snippet = { start: 4, end: 14 }
  assert.equal(shown({ content, highlights, snippet }), '…[녁] 어때? 내일 [저]…')
})

test('a content without a mark is text', () => {
  const snippet = { start: 0, end: content.length }
  assert.equal(shown({ content, highlights: [], snippet }), content)
})
