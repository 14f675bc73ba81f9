// The page's language: what was chosen, else the first of the browser's that it speaks.
import assert from 'node:assert/strict'
import test from 'node:test'
import { languageOf } from '@sosik/contract/language'
import { TEXTS } from './language.ts'
import { sizeText } from './sizes.ts'
import { whenText } from './times.ts'

test('the page speaks what was chosen, else what the browser prefers, else English', () => {
  assert.equal(languageOf('ko', ['en-US']), 'ko')
  assert.equal(languageOf(null, ['fr-FR', 'ko-KR', 'en']), 'ko')
  assert.equal(languageOf('toString', ['en-GB', 'ko']), 'en')
  assert.equal(languageOf(null, ['ja']), 'en')
})

test('no text is empty, and what is made of a name has it in every language', () => {
  for (const texts of Object.values(TEXTS)) {
    for (const said of Object.values(texts)) {
      const text = typeof said === 'string' ? said : (said as (given: string) => string)('미나')
      assert.ok(text.length > 0)
      if (typeof said !== 'string') assert.match(text, /미나/)
    }
  }
})

test('of today the time is told, of another day the day, and of another year that as well', () => {
  const now = new Date(2026, 10, 30, 16, 0)
  const when = (...at: [number, number, number, number]) =>
    whenText('en', new Date(...at).toISOString(), now)
  assert.match(when(2026, 10, 30, 9), /9:00/)
  assert.equal(when(2026, 10, 29, 9), 'Nov 29')
  assert.equal(when(2025, 10, 29, 9), 'Nov 29, 2025')
})

test('a size is told in the unit that fits it', () => {
  const sizes = [900, 1_536, 20_480, 104_857_600].map((bytes) => sizeText('en', bytes))
  assert.deepEqual(sizes, ['900 bytes', '1.5 kB', '20 kB', '100 MB'])
  assert.equal(sizeText('ko', 1_572_864), '1.5MB')
})
