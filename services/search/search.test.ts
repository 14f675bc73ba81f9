// The rules of search, case by case.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bigrams, fold } from './search.ts'

test('text is compared in one form, without case, with single blanks', () => {
  const cases: [given: string, folded: string][] = [
    ['안녕'.normalize('NFD'), '안녕'],
    ['Hello WORLD', 'hello world'],
    ['ÅNGSTRÖM'.normalize('NFD'), 'ångström'],
    ['오늘\n  저녁\t어때', '오늘 저녁 어때'],
    ['ㅋㅋ', 'ㅋㅋ'],
    ['100%_\\', '100%_\\'],
    ['half \ud83d', 'half \ufffd'],
    ['', ''],
  ]
  for (const [given, folded] of cases) assert.equal(fold(given), folded)
})

test('folding what is folded changes nothing', () => {
  for (const text of ['İstanbul', 'ΟΔΟΣ', 'ﬁ', '각'.normalize('NFD'), 'E\u0301  x']) {
    assert.equal(fold(fold(text)), fold(text))
  }
})

test('bigrams are pairs of neighbouring code points, each once', () => {
  const cases: [folded: string, pairs: string[]][] = [
    ['', []],
    ['안', []],
    ['안녕', ['안녕']],
    ['저녁 어때', ['저녁', '녁 ', ' 어', '어때']],
    ['hello', ['he', 'el', 'll', 'lo']],
    ['ㅋㅋㅋㅋ', ['ㅋㅋ']],
    ['😀', []],
    ['😀😁a', ['😀😁', '😁a']],
  ]
  for (const [folded, pairs] of cases) assert.deepEqual(bigrams(folded), pairs)
})

test('a text that contains another has its bigrams', () => {
  const text = fold('오늘 저녁에 Project 회의 😀👍')
  const points = Array.from(text)
  const pairs = new Set(bigrams(text))
  for (let start = 0; start < points.length; start += 1) {
    for (let end = start + 2; end <= points.length; end += 1) {
      const part = points.slice(start, end).join('')
      assert(bigrams(part).every((pair) => pairs.has(pair)))
    }
  }
})
