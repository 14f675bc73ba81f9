// The rules of search, case by case.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bigrams, englishWords, fold, stored } from './search.ts'

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

test('text is stored whole and in one form', () => {
  assert.equal(stored('Half \ud83d, 안녕'.normalize('NFD')), 'Half \ufffd, 안녕')
})

test('English words are runs of letters that are neither too short nor too long', () => {
  const cases: [folded: string, words: string[]][] = [
    ["it's a project를 naïve x2 mp3s", ['it', 'project', 'na', 've', 'mp']],
    [`${'a'.repeat(40)} ${'b'.repeat(41)}`, ['a'.repeat(40)]],
    ['저녁 123', []],
  ]
  for (const [folded, words] of cases) {
    const found = englishWords(folded)
    assert.deepEqual(
      found.map(({ word }) => word),
      words,
    )
    for (const { word, start, end } of found) assert.equal(folded.slice(start, end), word)
  }
})
