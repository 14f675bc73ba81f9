// Sessions as their owners see and end them, on PostgreSQL inside the process and on a server.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  changePassword,
  endOtherSessions,
  endSession,
  listSessions,
  register,
  SESSIONS_LISTED_MAX,
  signIn,
} from '@sosik/contract/user'
import { refused } from '../rehearsal.ts'
import type { Caller } from '../service.ts'
import { openStages } from './stage.ts'

const PASSWORD = 'correct horse battery'
const NEW_PASSWORD = 'staple battery horse'
/** Of `password`, at another cost. */
const OLD_HASH =
  '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'
const DAY_MS = 24 * 3_600_000
const IDLE_MS = 14 * DAY_MS
const MONTH_MS = 30 * DAY_MS

const stages = await openStages()
after(() => Promise.all(stages.map((stage) => stage.database.close())))

for (const stage of stages) {
  const { where, user } = stage
  const ended: Caller[] = []
  user.onSessionEnded((caller) => void ended.push(caller))

  const callerOf = async (token: string): Promise<Caller> => {
    const caller = await user.authenticate(token)
    assert.ok(caller)
    return caller
  }
  const join = async (username: string, userAgent = '') => {
    const body = { email: `${username}@example.com`, username, password: PASSWORD }
    const { token } = await stage.ask(register, 0, { body, userAgent })
    return { token, caller: await callerOf(token) }
  }
  const enter = async (username: string, password = PASSWORD, userAgent = '') => {
    const { token } = await stage.ask(signIn, 0, { body: { username, password }, userAgent })
    return { token, caller: await callerOf(token) }
  }
  const list = async ({ userId, sessionId }: Caller) =>
    (await stage.ask(listSessions, userId, { sessionId })).items
  const end = ({ userId, sessionId }: Caller, session_id: string) =>
    stage.ask(endSession, userId, { sessionId, params: { session_id } })
  const endOthers = ({ userId, sessionId }: Caller) =>
    stage.ask(endOtherSessions, userId, { sessionId })
  const change = ({ userId, sessionId }: Caller, password: string, new_password: string) =>
    stage.ask(changePassword, userId, { sessionId, body: { password, new_password } })
  const lives = async ({ token }: { token: string }) =>
    (await user.authenticate(token)) !== undefined

  test(`${where}: sessions are listed with their devices, the last used first`, async () => {
    const first = await join('mina', FIREFOX)
    await stage.pass(60_000)
    const second = await enter('mina', PASSWORD, 'curl/8.5.0')
    const items = await list(first.caller)
    assert.deepEqual(
      items.map((one) => [one.session_id, one.is_current, one.device]),
      [
        [second.caller.sessionId, false, 'curl/8.5.0'],
        [first.caller.sessionId, true, 'Firefox, Linux'],
      ],
    )
    await stage.pass(60_000)
    await user.presence.active(first.caller)
    const [used] = await list(second.caller)
    assert.equal(used?.session_id, first.caller.sessionId)
    assert.equal(Date.parse(used.last_used_at) - Date.parse(used.created_at), 120_000)
  })

  test(`${where}: one ends a session of one's own, and nobody another's`, async () => {
    const [one, other, stranger] = [await join('junho'), await enter('junho'), await join('sora')]
    ended.length = 0
    await refused('not_found', end(stranger.caller, one.caller.sessionId))
    await refused('not_found', end(one.caller, 'nothing'))
    await end(one.caller, other.caller.sessionId)
    await refused('not_found', end(one.caller, other.caller.sessionId))
    assert.deepEqual(ended, [other.caller])
    assert.deepEqual(
      [await lives(one), await lives(other), await lives(stranger)],
      [true, false, true],
    )
  })

  test(`${where}: one ends all others, and stays`, async () => {
    const [one, ...others] = [await join('dain'), await enter('dain'), await enter('dain')]
    const stranger = await join('hana')
    ended.length = 0
    await endOthers(one.caller)
    assert.deepEqual(
      ended.map((session) => session.sessionId).sort(),
      others.map(({ caller }) => caller.sessionId).sort(),
    )
    assert.equal((await list(one.caller)).length, 1)
    assert.ok((await lives(one)) && (await lives(stranger)))
    await endOthers(one.caller)
  })

  test(`${where}: another password ends all other sessions, and the old one is none`, async () => {
    const [one, other] = [await join('yuna'), await enter('yuna')]
    await refused('password_wrong', change(one.caller, 'wrong password', NEW_PASSWORD))
    assert.ok(await lives(other))
    ended.length = 0
    await change(one.caller, PASSWORD, NEW_PASSWORD)
    assert.deepEqual(ended, [other.caller])
    assert.deepEqual([await lives(one), await lives(other)], [true, false])
    await refused('sign_in_failed', enter('yuna'))
    await enter('yuna', NEW_PASSWORD)
  })

  test(`${where}: one of the commonest is no new password`, async () => {
    const one = await join('minseo')
    await refused('password_common', change(one.caller, PASSWORD, 'password1'))
    await enter('minseo')
  })

  test(`${where}: who signs in at once by an older hash gets in, and it is renewed`, async () => {
    const { caller } = await join('haeun')
    await stage.database.query('update user_account set password_hash = $2 where user_id = $1', [
      caller.userId,
      OLD_HASH,
    ])
    const entered = await Promise.all(Array.from({ length: 4 }, () => enter('haeun', 'password')))
    assert.equal(new Set(entered.map(({ token }) => token)).size, 4)
    const [row] = await stage.database.query<{ password_hash: string }>(
      'select password_hash from user_account where user_id = $1',
      [caller.userId],
    )
    assert.match(row?.password_hash ?? '', /m=47104,t=1,p=1/)
  })

  test(`${where}: of two changes of one password at once, one counts`, async () => {
    const one = await join('bora')
    const changes = await Promise.allSettled([
      change(one.caller, PASSWORD, NEW_PASSWORD),
      change(one.caller, PASSWORD, `${NEW_PASSWORD} 2`),
    ])
    const refusals = changes.filter((done) => done.status === 'rejected')
    assert.deepEqual(
      refusals.map((done) => done.reason.code),
      ['password_wrong'],
    )
  })

  test(`${where}: whoever enters while the password changes is out, or not in`, async () => {
    const one = await join('gaeun')
    for (const [from, to] of [
      [PASSWORD, NEW_PASSWORD],
      [NEW_PASSWORD, PASSWORD],
    ] as const) {
      const entering = Array.from({ length: 4 }, () => enter('gaeun', from))
      const [, ...entered] = await Promise.allSettled([change(one.caller, from, to), ...entering])
      for (const done of entered) {
        if (done.status === 'fulfilled') assert.equal(await lives(done.value), false)
      }
      assert.ok(await lives(one))
    }
  })

  test(`${where}: a session ends with its age, however much it is used`, async () => {
    const one = await join('jiwoo')
    for (let day = 0; day < 29; day += 1) {
      await stage.pass(DAY_MS)
      await user.presence.active(one.caller)
    }
    await stage.pass(DAY_MS - 1)
    assert.ok(await lives(one))
    await stage.pass(1)
    assert.equal(await lives(one), false)
    await stage.pass(-MONTH_MS)
  })

  test(`${where}: a session that nobody uses ends sooner; an open stream uses it`, async () => {
    const [used, unused] = [await join('seoyeon'), await enter('seoyeon')]
    await stage.pass(IDLE_MS - 1)
    const process = stage.process()
    await process.streamOpened(used.caller, used.caller.sessionId)
    await process.renew()
    assert.ok(await lives(unused))
    assert.equal((await list(used.caller)).length, 2)
    await stage.pass(1)
    assert.deepEqual([await lives(used), await lives(unused)], [true, false])
    assert.equal((await list(used.caller)).length, 1)
    await process.stop()
    await stage.pass(-IDLE_MS)
  })

  test(`${where}: a list has an end`, async () => {
    const userId = await stage.somebody()
    const caller = await stage.session(userId)
    for (let n = 0; n < SESSIONS_LISTED_MAX; n += 1) await stage.session(userId)
    assert.equal((await list(caller)).length, SESSIONS_LISTED_MAX)
  })
}
