// What of a message is marked and shown, case by case.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HIGHLIGHTS_MAX } from '@sosik/contract/search'
import fc from 'fast-check'
import { highlightsOf, snippetOf } from './highlights.ts'
import { stored } from './search.ts'

const NONE = new Map<string, string>()
const marked = (content: string, ...letters: string[]) =>
  highlightsOf(
    content,
    letters.map((one) => ({ letters: one, stem: undefined })),
    NONE,
  ).map(({ start, end }) => content.slice(start, end))

test('all letters that were looked for are marked, where the content has them', () => {
  const cases: [content: string, letters: string[], found: string[]][] = [
    ['저녁에 보자, 저녁!', ['저녁'], ['저녁', '저녁']],
    ['Project PROJECT', ['roj'], ['roj', 'ROJ']],
    ['안녕하세요', ['안녕', '하세'], ['안녕하세']],
    ['안녕하세요', ['안녕하', '하세'], ['안녕하세']],
    ['ㅋㅋㅋㅋㅋ', ['ㅋㅋ'], ['ㅋㅋㅋㅋ']],
    ['오늘 \n\t저녁', ['오늘 저녁'], ['오늘 \n\t저녁']],
    ['😀👍 회의', ['👍', '회의'], ['👍', '회의']],
    ['회의', ['저녁'], []],
  ]
  for (const [content, letters, found] of cases) {
    assert.deepEqual(marked(content, ...letters), found, content)
  }
})

test('letters that grow or shrink when they are folded move nothing', () => {
  assert.deepEqual(marked('İİ \n\n istanbul 저녁', '저녁'), ['저녁'])
  assert.deepEqual(marked('İstanbul', 'i̇s'), ['İs'])
  assert.deepEqual(marked('J\u030cJ\u030c 저녁', '\u01f0'), ['J\u030cJ\u030c'])
  assert.deepEqual(marked('ΟΔΟΣ 저녁', 'οδος', '저녁'), ['ΟΔΟΣ', '저녁'])
})

test('words of the stem are marked whole', () => {
  const stems = new Map(Object.entries({ running: 'run', runs: 'run', rune: 'rune' }))
  const content = 'Running, runs; rune. 달리기running'
  const found = highlightsOf(content, [{ letters: 'ran', stem: 'run' }], stems)
  assert.deepEqual(
    found.map(({ start, end }) => content.slice(start, end)),
    ['Running', 'runs', 'running'],
  )
})

test(`no more than ${HIGHLIGHTS_MAX} are marked`, () => {
  assert.equal(marked('저녁 '.repeat(5_000), '저녁').length, HIGHLIGHTS_MAX)
})

test('ranges are ascending, apart, and inside of any content', () => {
  const anything = fc.string({ unit: 'binary', maxLength: 60 }).map(stored)
  const property = fc.property(anything, fc.nat(60), fc.integer({ min: 1, max: 4 }), (...given) => {
    const [content, from, length] = given
    const points = Array.from(content.toLowerCase().normalize('NFC'))
    const letters = points
      .slice(from % (points.length + 1))
      .slice(0, length)
      .join('')
    if (letters === '') return
    let last = -1
    for (const { start, end } of highlightsOf(content, [{ letters, stem: undefined }], NONE)) {
      assert.ok(last < start && start < end && end <= content.length)
      last = end
    }
  })
  fc.assert(property, { numRuns: 3_000 })
})

test('a short content is shown whole, of a long one the piece that says most', () => {
  assert.deepEqual(snippetOf('저녁', [{ start: 0, end: 2 }]), { start: 0, end: 2 })
  const content = `저녁 ${'가'.repeat(500)} 저녁 회의 저녁 ${'나'.repeat(500)}`
  const highlights = highlightsOf(content, [{ letters: '저녁', stem: undefined }], NONE)
  const { start, end } = snippetOf(content, highlights)
  assert.ok(content.slice(start, end).includes('저녁 회의 저녁'))
  assert.equal(end - start, 160)
})

test('a snippet keeps to the content, and cuts no emoji of several in two', () => {
  const family = '👨‍👩‍👧‍👦'
  const content = `${family.repeat(40)}저녁`
  const highlights = [{ start: content.length - 2, end: content.length }]
  const { start, end } = snippetOf(content, highlights)
  assert.equal(end, content.length)
  assert.equal(start % family.length, 0)
  const first = snippetOf(content, [])
  assert.equal(first.start, 0)
  assert.equal(first.end % family.length, 0)
})
