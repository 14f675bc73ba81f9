// An operator's cookie holds until its end, for its own token, and for nothing made up.
import assert from 'node:assert/strict'
import test from 'node:test'
import { isOperatorSession, OPERATOR_SESSION_MS, operatorSession } from './operator-session.ts'

const TOKEN = 'a token of this installation'
const NOW_MS = Date.UTC(2026, 0, 27, 10)
const cookie = operatorSession(TOKEN, NOW_MS)

test('a session holds until its end, and not a moment longer', () => {
  const last = NOW_MS + OPERATOR_SESSION_MS
  assert.ok(isOperatorSession(cookie, TOKEN, NOW_MS))
  assert.ok(isOperatorSession(cookie, TOKEN, last - 1))
  assert.ok(!isOperatorSession(cookie, TOKEN, last))
})

test('a session tells nothing of its token, and ends with it', () => {
  assert.ok(!cookie.includes(TOKEN))
  assert.ok(!isOperatorSession(cookie, 'another token altogether', NOW_MS))
})

test('another end, another signature or the token itself is no session', () => {
  const [ends = '', signature = ''] = cookie.split('.')
  const longer = `${Number(ends) + 1}.${signature}`
  for (const given of [longer, `${ends}.`, `.${signature}`, `NaN.${signature}`, TOKEN, '', '.']) {
    assert.ok(!isOperatorSession(given, TOKEN, NOW_MS), given)
  }
})
