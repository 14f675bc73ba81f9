// Numbers, times, places and selections read as a person expects them, in both languages.
import assert from 'node:assert/strict'
import test from 'node:test'
import { languageOf } from '@sosik/contract/language'
import { askedFor, askedText, filterOf, selectionOf } from './letters/selection.ts'
import { hashOf, PAGES, placeOf } from './place.ts'
import { en } from './texts/en.ts'
import { ko } from './texts/ko.ts'
import {
  countText,
  dayOf,
  rangeOf,
  rangesText,
  selectionText,
  spanText,
  timeText,
} from './words.ts'

const HOUR_MS = 3_600_000
const KOREA_MS = 9 * HOUR_MS

test('a span is told in the largest unit of which there are two', () => {
  const spans = [-1, 0, 119_999, 120_000, 2 * HOUR_MS, 48 * HOUR_MS]
  assert.deepEqual(
    spans.map((ms) => spanText(ms, 'en')),
    ['0 s', '0 s', '119 s', '2 min', '2 h', '2 d'],
  )
  assert.equal(spanText(120_000, 'ko'), '2분')
})

test('an instant is told in the time of who reads it', () => {
  assert.equal(timeText('2026-01-27T16:00:05.123Z', KOREA_MS), '2026-01-28 01:00:05')
  assert.equal(countText(1_234_567), '1,234,567')
})

test('days from one to another are a range of whole days, where the reader is', () => {
  const nowMs = Date.parse('2026-01-27T16:00:00.000Z')
  assert.deepEqual([dayOf(nowMs, KOREA_MS), dayOf(nowMs, 0, 6)], ['2026-01-28', '2026-01-21'])
  assert.deepEqual(rangeOf('2026-01-28', '2026-01-28', KOREA_MS), {
    from: '2026-01-27T15:00:00.000Z',
    to: '2026-01-28T15:00:00.000Z',
  })
})

test('an address leads to its page and its fields, and whatever else to the overview', () => {
  const fields = { group: 'search-indexer-group', key: 'a b&c', code: '' }
  const { code: _, ...said } = fields
  assert.deepEqual(placeOf(hashOf('letters', fields)), { page: 'letters', fields: said })
  for (const page of PAGES) assert.deepEqual(placeOf(hashOf(page)), { page, fields: {} })
  for (const hash of ['', '#', '#/', '#/nothing']) assert.equal(placeOf(hash).page, 'overview')
})

test('what is asked for is the filter, the one that was picked, or all when that is said', () => {
  const filter = filterOf({ key: '4', state: 'open' })
  const picked = { topic: 'message.events', partition: 3, offset: 7, state: 'open' }
  assert.deepEqual(askedFor(filter, undefined), { selection: { key: '4' } })
  assert.deepEqual(selectionOf(filter, picked), {
    topic: 'message.events',
    partition: 3,
    offset: 7,
  })
  assert.deepEqual(askedFor(filterOf({}), undefined), { selection: {}, all: true })
  assert.equal(askedText(filter, undefined), 'key=4')
  assert.equal(askedText(filter, picked), 'message.events/3/7')
  assert.equal(askedText(filterOf({}), undefined), undefined)
  assert.equal(selectionText({ key: '4', type: 'MessageSent' }), 'key=4 type=MessageSent')
})

test('numbers in a row are told by the first and the last of them', () => {
  assert.equal(rangesText([0, 1, 2, 5, 7, 8]), '0–2 5 7–8')
  assert.deepEqual([rangesText([4]), rangesText([])], ['4', ''])
})

test('the language is the chosen one, else the first of the browser that is known', () => {
  assert.equal(languageOf('en', ['ko-KR']), 'en')
  assert.equal(languageOf(null, ['fr', 'ko-KR', 'en-US']), 'ko')
  assert.equal(languageOf('fr', ['fr']), 'en')
})

test('no Korean text was left in English', () => {
  const textsOf = (table: object): [string, string][] =>
    Object.entries(table).flatMap(([name, value]: [string, unknown]) => {
      if (typeof value === 'string') return [[name, value]]
      if (typeof value === 'function') return [[name, String(value(2))]]
      return textsOf(value as object)
    })
  const english = textsOf(en)
  const same = textsOf(ko).filter(([, value], at) => value === english[at]?.[1])
  assert.deepEqual(same, [])
})
