// What callers prefer, as their headers say it.
import assert from 'node:assert/strict'
import test from 'node:test'
import { accepts, prefersKorean } from './accept.ts'

test('an answer is welcome by its type, its kind or anything, unless its weight is nought', () => {
  const welcome: [header: string | undefined, type: string][] = [
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['application/*;q=0.1', 'application/json'],
    ['text/html, Application/JSON; charset=utf-8', 'application/json'],
    ['image/png', '*/*'],
  ]
  for (const [header, type] of welcome) assert.ok(accepts(header, type), header)
  const unwelcome = ['text/html', 'application/json;q=0, */*', 'application/json;q=much', ',;,']
  for (const header of unwelcome) assert.ok(!accepts(header, 'application/json'), header)
})

test('Korean is spoken to who prefers it to English', () => {
  for (const header of [
    'ko',
    'ko-KR,ko;q=0.9,en;q=0.8',
    'fr, KO;q=0.5',
    'en;q=0.4, ko',
    'ko, en',
  ]) {
    assert.ok(prefersKorean(header), header)
  }
  for (const header of [undefined, '', '*', 'en', 'en, ko', 'en-US, ko;q=0.9', 'ko;q=0', 'kok']) {
    assert.ok(!prefersKorean(header), header)
  }
})
