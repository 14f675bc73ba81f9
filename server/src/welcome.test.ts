// Who starts a server is told where it is, and whether anybody is let in to operate it.
import assert from 'node:assert/strict'
import test from 'node:test'
import { readConfig } from './config.ts'
import { welcome } from './welcome.ts'

const URL = 'http://127.0.0.1:3000'
const REAL = {
  KAFKA_BROKERS: '127.0.0.1:9092',
  DATABASE_URL: 'postgres://sosik@127.0.0.1/sosik',
  REDIS_URL: 'redis://127.0.0.1:6379',
}
const OPERATOR_TOKEN = 'one of sixteen or more'

function told(args: readonly string[], environment: NodeJS.ProcessEnv, tokenPath?: string): string {
  const config = readConfig(args, environment)
  assert.ok(config !== 'help')
  return welcome(URL, config, tokenPath)
}

test('on real parts without a token a warning names every door that stays shut', () => {
  const text = told(['--real'], REAL)
  assert.match(text, /^WARNING: neither OPERATOR_TOKEN nor OPERATORS is set/m)
  for (const door of ['/console/', '/ops', '/analytics', '/metrics']) {
    assert.ok(text.includes(door), door)
  }
})

test('with a token it says where the console is, if anywhere, and not the token', () => {
  const all = told(['--real'], { ...REAL, OPERATOR_TOKEN })
  assert.match(all, /A token of the operators lets into http:\/\/127\.0\.0\.1:3000\/console\//)
  assert.doesNotMatch(all, /WARNING/)
  assert.ok(!all.includes(OPERATOR_TOKEN))
  const api = told(['--real', '--role', 'api'], { ...REAL, OPERATOR_TOKEN })
  assert.doesNotMatch(api, /console|WARNING/)
})

test('embedded it names the file that keeps the token that it made', () => {
  const text = told([], {}, '/data/operator-token')
  assert.match(text, /console\/ and asks for the token that is kept in\n\/data\/operator-token/)
})
