// The rules of accounts, and how passwords are kept.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Problem } from '@sosik/contract/errors'
import { createPasswords } from './passwords.ts'
import { changedProfile, newToken, registered, tokenHash } from './user.ts'

test('a name is composed and trimmed, and without one the username serves', () => {
  const given = { email: ' a@example.com ', username: 'mina' }
  const name = (display_name?: string) => registered({ ...given, display_name }).display_name
  assert.equal(name(), 'mina')
  assert.equal(name('   '), 'mina')
  assert.equal(name(' 미나 '.normalize('NFD')), '미나')
  assert.equal(registered(given).email, 'a@example.com')
})

test('a profile changes only where it is different', () => {
  const before = { display_name: '미나', profile_image_url: '', status_message: 'hi' }
  assert.equal(changedProfile(before, {}), undefined)
  assert.equal(changedProfile(before, { display_name: ' 미나 ', status_message: 'hi' }), undefined)
  assert.equal(changedProfile(before, { display_name: ' ' }), undefined)
  assert.deepEqual(changedProfile(before, { status_message: '' }), {
    ...before,
    status_message: '',
  })
})

test('tokens are long, different, and kept as a hash', () => {
  const [one, other] = [newToken(), newToken()]
  assert.notEqual(one, other)
  assert.equal(Buffer.from(one, 'base64url').length, 32)
  assert.equal(tokenHash(one).length, 32)
})

test('a password is known again in any form of its letters, and only it', async () => {
  const passwords = createPasswords()
  const stored = await passwords.hash('비밀번호 123')
  assert.match(stored, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/=]+\$[\w+/=]+$/)
  assert.equal(await passwords.verify('비밀번호 123'.normalize('NFD'), stored), true)
  assert.equal(await passwords.verify('비밀번호 124', stored), false)
  assert.equal(await passwords.verify('비밀번호 123', undefined), false)
  assert.notEqual(await passwords.hash('비밀번호 123'), stored)
})

test('more passwords at once than can wait are refused, and the others are served', async () => {
  const passwords = createPasswords()
  const settled = await Promise.allSettled(
    Array.from({ length: 70 }, () => passwords.verify('x', undefined)),
  )
  const refused = settled.filter((one) => one.status === 'rejected')
  assert.equal(refused.length, 4)
  assert.ok(refused.every(({ reason }) => reason instanceof Problem && reason.code === 'too_many'))
})
