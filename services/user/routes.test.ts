// The user service's routes, on PostgreSQL inside the process and on a server.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { findUsers, readMe, readUser, register, signIn, updateProfile } from '@sosik/contract/user'
import { refused } from '../rehearsal.ts'
import { openStages, START_MS } from './stage.ts'

const NOBODY = 999_999
const PASSWORD = 'correct horse battery'

const stages = await openStages()
after(() => Promise.all(stages.map((stage) => stage.database.close())))

for (const stage of stages) {
  const { database, where } = stage
  const join = (username: string, given: object = {}) => {
    const body = { email: `${username}@example.com`, username, password: PASSWORD, ...given }
    return stage.ask(register, 0, { body })
  }
  const enter = (username: string, password = PASSWORD) =>
    stage.ask(signIn, 0, { body: { username, password } })
  const change = (userId: number, body: object) => stage.ask(updateProfile, userId, { body })

  test(`${where}: who registers is announced, signed in and online`, async () => {
    const { user, token } = await join('mina', { display_name: ' 김미나 ' })
    assert.deepEqual(user, {
      user_id: user.user_id,
      email: 'mina@example.com',
      username: 'mina',
      display_name: '김미나',
      profile_image_url: '',
      status_message: '',
      presence_hidden: false,
    })
    const { user_id, email, username, display_name } = user
    const timestamp = new Date(START_MS).toISOString()
    assert.deepEqual(stage.news(), [
      { name: 'UserRegistered', data: { user_id, email, username, display_name, timestamp } },
    ])
    const caller = await stage.user.authenticate(token)
    assert.equal(caller?.userId, user_id)
    assert.deepEqual(await stage.ask(readMe, user_id), user)
    const [status] = stage.told()
    assert.deepEqual([status?.user_id, status?.is_online], [user_id, true])
  })

  test(`${where}: a name or an address that is taken is refused in silence`, async () => {
    await join('junho')
    stage.news()
    await refused('username_taken', join('junho', { email: 'other@example.com' }))
    await refused('username_taken', join('junho'))
    await refused('email_taken', join('junho2', { email: 'JUNHO@example.com' }))
    assert.deepEqual(stage.news(), [])
    await refused('sign_in_failed', enter('junho2'))
  })

  test(`${where}: one signs in by name or address, whatever their case`, async () => {
    const { user, token } = await join('sora', { email: 'Sora@Example.com' })
    for (const name of ['sora', 'SORA', 'sora@example.com', 'SORA@EXAMPLE.COM']) {
      const session = await enter(name)
      assert.deepEqual(session.user, user)
      assert.notEqual(session.token, token)
    }
  })

  test(`${where}: a wrong password and an unknown name are refused alike`, async () => {
    await join('hana')
    await refused('sign_in_failed', enter('hana', 'wrong password'))
    await refused('sign_in_failed', enter('hana', ''))
    await refused('sign_in_failed', enter('nobody'))
    await refused('sign_in_failed', enter("' or true --"))
  })

  test(`${where}: neither password nor token is stored`, async () => {
    const { token } = await join('yuna')
    const stored = JSON.stringify([
      await database.query('select * from user_account'),
      await database.query(`select *, encode(token_hash, 'escape') from user_session`),
      await database.query('select * from user_presence_lease'),
    ])
    assert.ok(!stored.includes(PASSWORD) && !stored.includes(token))
    assert.equal(Buffer.from(token, 'base64url').length, 32)
  })

  test(`${where}: signing out ends that session only, at once, and tells it once`, async () => {
    const { token: one } = await join('dain')
    const { token: other } = await enter('dain')
    const caller = await stage.user.authenticate(one)
    assert.ok(caller)
    const ended: string[] = []
    stage.user.onSessionEnded(({ sessionId }) => void ended.push(sessionId))
    await stage.signOut(caller)
    assert.deepEqual(ended, [caller.sessionId])
    assert.equal(await stage.user.authenticate(one), undefined)
    assert.equal((await stage.user.authenticate(other))?.userId, caller.userId)
    assert.equal(await stage.user.authenticate('no token'), undefined)
  })

  test(`${where}: a changed profile is answered, stored and announced whole`, async () => {
    const { user } = await join('bora')
    stage.news()
    const body = { display_name: '보라', status_message: '휴가 중' }
    const changed = await change(user.user_id, body)
    assert.deepEqual(changed, { ...user, ...body })
    assert.deepEqual(await stage.ask(readMe, user.user_id), changed)
    const [event, ...more] = stage.news()
    assert.deepEqual(more, [])
    assert.equal(event?.name, 'UserProfileUpdated')
    assert.deepEqual(event.data, {
      user_id: user.user_id,
      ...body,
      profile_image_url: '',
      timestamp: event.data.timestamp,
    })
  })

  test(`${where}: a change that changes nothing is not announced`, async () => {
    const userId = await stage.somebody()
    await change(userId, { display_name: '같은' })
    stage.news()
    await change(userId, { display_name: ' 같은'.normalize('NFD'), status_message: ' ' })
    await change(userId, {})
    assert.deepEqual(stage.news(), [])
  })

  test(`${where}: a profile's times only grow, whatever the clock does`, async () => {
    const userId = await stage.somebody()
    for (const status_message of ['1', '2', '3']) await change(userId, { status_message })
    await stage.pass(-60_000)
    await change(userId, { status_message: '4' })
    await stage.pass(60_000)
    const times = stage.news().map((event) => Date.parse(String(event.data.timestamp)))
    const [first = 0] = times
    assert.deepEqual(times, [first, first + 1, first + 2, first + 3])
    const profile = (await stage.user.readProfiles(database, [userId])).get(userId)
    assert.deepEqual(profile?.updatedAt.getTime(), first + 3)
    assert.equal(profile.person.status_message, '4')
  })

  test(`${where}: a person is seen without the address, and nobody is not found`, async () => {
    const { user } = await join('yuri')
    const { email: _, presence_hidden: __, ...person } = user
    const other = await stage.somebody()
    const seen = await stage.ask(readUser, other, { params: { user_id: user.user_id } })
    assert.deepEqual(seen, person)
    await refused('not_found', stage.ask(readUser, other, { params: { user_id: NOBODY } }))
  })

  test(`${where}: people are found by how their name begins, at most twenty`, async () => {
    const me = await stage.somebody()
    const search = async (username: string) => {
      const { items } = await stage.ask(findUsers, me, { query: { username } })
      return items.map((one) => one.username)
    }
    for (const username of ['ab_c', 'abcd', 'ab_a', 'abxa']) await join(username)
    assert.deepEqual(await search('ab'), ['ab_a', 'ab_c', 'abcd', 'abxa'])
    assert.deepEqual(await search('AB_'), ['ab_a', 'ab_c'])
    for (const strange of ['ab%', 'ab\\', '%%', '__', "b'"]) {
      assert.deepEqual(await search(strange), [])
    }
    for (let n = 0; n < 21; n += 1) await stage.somebody()
    assert.equal((await search('person_')).length, 20)
  })

  test(`${where}: profiles are read of those who exist`, async () => {
    const [one, other] = [await stage.somebody(), await stage.somebody()]
    const profiles = await stage.user.readProfiles(database, [one, NOBODY, other, one])
    assert.deepEqual(new Set(profiles.keys()), new Set([one, other]))
    assert.equal((await stage.user.readProfiles(database, [])).size, 0)
  })
}
