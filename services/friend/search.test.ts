// Which names a typed text finds, in JavaScript here and in PostgreSQL by the routes' test.
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { namePattern } from './search.ts'

const finds = (text: string, name: string) => new RegExp(namePattern(text), 'u').test(name)

/** What is typed, and names that it finds and does not find. */
const CASES: readonly (readonly [text: string, found: string[], notFound: string[]])[] = [
  ['ㄱㅁㄴ', ['김미나', '우리 김민남'], ['이미나', '김 미나', '김마']],
  ['김ㅁ', ['김미나', '김무'], ['김나미', '감미']],
  ['ㄱ미ㄴ', ['김미나'], ['김민나']],
  ['미나', ['김미나', '미나'], ['민아']],
  ['ㄲ', ['까치'], ['가치']],
  ['ㅎ', ['하', '힣', '흰둥이', 'ㅎㅎ'], ['가']],
  // On its way to another syllable.
  ['기', ['김미나', '기'], ['가', '나']],
  ['김민', ['김민', '김미나'], ['김미라']],
  ['달', ['달', '닭', '다리'], ['담']],
  ['닭', ['닭', '달구'], ['달', '다구']],
  ['갂', ['갂', '가까이'], ['가가']],
  // Two initials that a keyboard has joined.
  ['ㄳ', ['김소라', '가수'], ['김라']],
  ['ㅄㅎ', ['박수홍'], ['박홍']],
  // Letters, whatever their case, and what has a meaning in a pattern.
  ['MIN', ['mina', 'yumin'], ['mia']],
  ['a.b*', ['a.b*c'], ['axbb']],
  ['(^|[x]$)?+\\{1}', ['(^|[x]$)?+\\{1}'], ['x', '']],
  ['ÉA', ['Éa'], ['éa']],
  ['  ', ['', '아무나'], []],
]

test('a text finds the names that it begins, holds, or gives the initials of', () => {
  for (const [text, found, notFound] of CASES) {
    for (const name of found) assert.ok(finds(text, name), `${text} finds ${name}`)
    for (const name of notFound) assert.ok(!finds(text, name), `${text} does not find ${name}`)
  }
})

test('decomposed letters and the initials of another keyboard are the same', () => {
  for (const [text] of CASES) {
    assert.equal(namePattern(text.normalize('NFD')), namePattern(text))
  }
  assert.equal(namePattern('\u1100\u1106'), namePattern('ㄱㅁ'))
})

const syllable = fc.integer({ min: 0xac00, max: 0xd7a3 }).map((code) => String.fromCodePoint(code))
const initialOf = (one: string) =>
  Array.from('ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ')[
    Math.floor(((one.codePointAt(0) ?? 0) - 0xac00) / 588)
  ] ?? ''

test('any name is found by itself, by any part, and by initials for any letters', () => {
  const name = fc.array(syllable, { minLength: 1, maxLength: 8 })
  const asInitials = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 })
  const property = fc.property(name, asInitials, fc.nat(7), (letters, initials, from) => {
    const typed = letters.map((one, at) => (initials[at] ? initialOf(one) : one))
    return finds(typed.slice(from % letters.length).join(''), letters.join(''))
  })
  fc.assert(property, { numRuns: 2_000 })
})

test('whatever is typed is a pattern, and finds itself', () => {
  const property = fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
    const shown = text.toWellFormed().normalize('NFC').trim()
    const small = shown.replace(/[A-Z]/g, (one) => one.toLowerCase())
    return /[\u1100-\u1112\u3131-\u314e]/.test(small) || finds(text, small)
  })
  fc.assert(property, { numRuns: 5_000 })
})
