// What a search asks for, case by case.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { askedOf, indexQueries, isFindable, partsOf, wordsOf } from './query.ts'

const STEMS = new Map([['running', 'run']])
const parts = (text: string) => partsOf(askedOf(text), STEMS)
const letters = (text: string) => askedOf(text).map((one) => one.letters)

test('a text asks for its words, folded, each once, and for what it quotes', () => {
  const cases: [text: string, letters: string[]][] = [
    ['저녁', ['저녁']],
    [' 저녁\n회의  저녁 ', ['저녁', '회의']],
    ['RUN Run', ['run']],
    ['"오늘  저녁" 회의', ['오늘 저녁', '회의']],
    ['" 저녁"', [' 저녁']],
    // A quotation mark that quotes nothing is a letter.
    ['"저녁 회의', ['"저녁', '회의']],
    ['5" 6"', ['5"', '6"']],
    ['""', ['""']],
    ['" "', ['"']],
    ['', []],
  ]
  for (const [text, found] of cases) assert.deepEqual(letters(text), found, text)
})

test('only words of English letters that are not quoted have stems', () => {
  assert.deepEqual(wordsOf(askedOf('Running "runs" 저녁 run2 a naïve x-ray')), ['running'])
  assert.deepEqual(parts('running "running" 저녁'), [
    { letters: 'running', stem: 'run' },
    { letters: 'running', stem: undefined },
    { letters: '저녁', stem: undefined },
  ])
})

test('two letters of one part are needed', () => {
  for (const text of ['저녁', '나 저녁', '"a b"', '😀😀'])
    assert.ok(isFindable(askedOf(text)), text)
  for (const text of ['', '저', '나 저', '😀 a']) assert.ok(!isFindable(askedOf(text)), text)
})

test('the index is asked for all pairs or the stem, in any of the rooms', () => {
  assert.deepEqual(indexQueries(parts('running 저녁에 a'), [3, 40]), [
    "((('ru' & 'un' & 'nn' & 'ni' & 'in' & 'ng') | 's=run')" +
      " & (('저녁' & '녁에')) & ('r=3' | 'r=40'))",
  ])
  assert.deepEqual(indexQueries(parts("'\\"), [3]), ["((('''\\\\')) & ('r=3'))"])
})

test('many rooms are several queries, and no room is in two', () => {
  const rooms = Array.from({ length: 250 }, (_, at) => at + 1)
  const queries = indexQueries(parts('저녁'), rooms)
  const named = queries.flatMap((one) => [...one.matchAll(/r=(\d+)/g)].map(([, id]) => Number(id)))
  assert.equal(queries.length, 3)
  assert.deepEqual(named, rooms)
  assert.deepEqual(indexQueries(parts('저녁'), []), [])
})

test('whatever is typed has parts, none of them empty', () => {
  const anything = fc.string({ unit: 'binary', maxLength: 100 })
  const property = fc.property(anything, (text) => letters(text).every((one) => one !== ''))
  fc.assert(property, { numRuns: 2_000 })
})
