// The rules of accounts, and how passwords are kept.
import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import test from 'node:test'
import { Problem } from '@sosik/contract/errors'
import { createPasswords, type Passwords } from './passwords.ts'
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

test('a text that grows too long when it is composed is refused', () => {
  const refusal = { name: 'Problem', code: 'body_invalid' }
  const given = { email: 'a@example.com', username: 'mina' }
  // U+FB2C is one code point, and three when it is composed.
  const grown = (length: number) => '\ufb2c'.repeat(length)
  assert.throws(() => registered({ ...given, display_name: grown(17) }), refusal)
  const before = { display_name: '미나', profile_image_url: '', status_message: '' }
  assert.throws(() => changedProfile(before, { display_name: grown(17) }), refusal)
  assert.throws(() => changedProfile(before, { status_message: grown(67) }), refusal)
  const longest = changedProfile(before, { display_name: '😀'.repeat(50) })
  assert.equal(longest?.display_name, '😀'.repeat(50))
})

test('tokens are long, different, and kept as a hash', () => {
  const [one, other] = [newToken(), newToken()]
  assert.notEqual(one, other)
  assert.equal(Buffer.from(one, 'base64url').length, 32)
  assert.equal(tokenHash(one).length, 32)
})

/** Whether it is the password of an account with such a hash; without one there is no account. */
async function isOf(passwords: Passwords, password: string, stored: string | undefined) {
  const account = stored === undefined ? undefined : { password_hash: stored }
  const found = await passwords.verified(password, async () => account)
  assert.ok(found === undefined || found === account)
  return found !== undefined
}

test('a password is known again in any form of its letters, and only it', async () => {
  const passwords = createPasswords()
  const stored = await passwords.hash('비밀번호 123')
  assert.match(stored, /^\$argon2id\$v=19\$m=47104,t=1,p=1\$[\w+/=]+\$[\w+/=]+$/)
  assert.equal(await isOf(passwords, '비밀번호 123'.normalize('NFD'), stored), true)
  assert.equal(await isOf(passwords, '비밀번호 124', stored), false)
  assert.equal(await isOf(passwords, '비밀번호 123', undefined), false)
  assert.notEqual(await passwords.hash('비밀번호 123'), stored)
})

test('a hash that another argon2 wrote at another cost is understood', async () => {
  // A test vector of the reference implementation.
  const stored =
    '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'
  const passwords = createPasswords()
  assert.equal(await isOf(passwords, 'password', stored), true)
  assert.equal(await isOf(passwords, 'Password', stored), false)
})

test('more passwords at once than can wait are refused, and the others are served', async () => {
  const passwords = createPasswords()
  const settled = await Promise.allSettled(
    Array.from({ length: 70 }, () => isOf(passwords, 'x', undefined)),
  )
  const refused = settled.filter((one) => one.status === 'rejected')
  // Two at once on four processors or more, else one; 64 wait.
  assert.equal(refused.length, availableParallelism() >= 4 ? 4 : 5)
  assert.ok(refused.every(({ reason }) => reason instanceof Problem && reason.code === 'not_ready'))
})

test('for who is refused nobody is looked for', async () => {
  const passwords = createPasswords()
  let looks = 0
  const find = async () => {
    looks += 1
    return undefined
  }
  const settled = await Promise.allSettled(
    Array.from({ length: 200 }, () => passwords.verified('x', find)),
  )
  assert.equal(looks, settled.filter((one) => one.status === 'fulfilled').length)
  assert.ok(looks < 70)
})

test('what everybody tries first is refused, whatever its case; what is long is not', async () => {
  const passwords = createPasswords()
  for (const common of ['password', 'Password', 'PASSWORD', '12345678', 'qwertyuiop', 'iloveyou']) {
    await assert.rejects(passwords.hash(common), { name: 'Problem', code: 'password_common' })
  }
  for (const long of ['x'.repeat(64), '비밀번호 '.repeat(25), 'password and more of it']) {
    assert.equal(await isOf(passwords, long, await passwords.hash(long)), true)
  }
})

test('a hash of another cost is renewed, one of today is not', async () => {
  const passwords = createPasswords()
  const old = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'
  const renewed = await passwords.renew('password', old)
  assert.match(String(renewed), /^\$argon2id\$v=19\$m=47104,t=1,p=1\$/)
  assert.equal(await isOf(passwords, 'password', renewed), true)
  assert.equal(await passwords.renew('password', String(renewed)), undefined)
})
