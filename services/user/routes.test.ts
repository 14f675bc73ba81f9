// Accounts, sessions and presence on PGlite: what is announced, told, and refused.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import test, { after, before } from 'node:test'
import {
  findUsers,
  readMe,
  readUser,
  register,
  signIn,
  signOut,
  updateProfile,
} from '@sosik/contract/user'
import { systemClock } from 'sosik'
import type { NewEvent } from 'sosik/catalogue'
import { type Database, migrate, pgliteDatabase } from 'sosik/postgres'
import { until } from 'sosik/testing'
import { ask, refused, rememberAnnounced } from '../rehearsal.ts'
import type { Caller } from '../service.ts'
import { type UserService, userService } from './index.ts'

let database: Database
let user: UserService
let broken = false
const announced = rememberAnnounced()
const told: object[] = []
const errors: Error[] = []
const timing = {
  activityMs: 150,
  activityPauseMs: 50,
  streamMs: 150,
  renewalMs: 20,
  graceMs: 60,
}

before(async () => {
  database = await pgliteDatabase()
  user = userService({
    database,
    announce: announced.announce,
    async publish({ data }: NewEvent) {
      if (broken) throw new Error('the brokers are away')
      const { timestamp: _, ...status } = data as Record<string, unknown>
      told.push(status)
    },
    clock: systemClock,
    newSessionId: randomUUID,
    presenceTiming: timing,
    onError: (error) => errors.push(error),
  })
  await migrate(database, user.migrations)
  user.start()
})

after(async () => {
  await user.stop()
  await database.close()
})

const PASSWORD = 'correct horse'
let people = 0

async function registerPerson() {
  people += 1
  const username = `person_${people}`
  const body = { email: `Person${people}@example.com`, username, password: PASSWORD }
  const session = await ask(user, register, 0, { body })
  const caller = (await user.authenticate(session.token)) as Caller
  return { ...session, username, userId: session.user.user_id, caller }
}

const statusesOf = (userId: number) =>
  told.flatMap((one) => ('user_id' in one && one.user_id === userId ? [one] : []))

const becomes = (userId: number, is_online: boolean) =>
  until(`user ${userId} is_online ${is_online}`, () => {
    const last = statusesOf(userId).at(-1)
    return last !== undefined && 'is_online' in last && last.is_online === is_online
  })

test('registering announces the person, signs them in and shows no password', async () => {
  announced.news()
  const mina = await registerPerson()
  const [event] = announced.news()
  const { timestamp: _, ...data } = event?.data ?? {}
  assert.equal(event?.name, 'UserRegistered')
  assert.deepEqual(data, {
    user_id: mina.userId,
    email: mina.user.email,
    username: mina.username,
    display_name: mina.username,
  })
  assert.deepEqual(await ask(user, readMe, mina.userId), mina.user)
  assert.ok(!JSON.stringify(mina).includes('argon2'))
})

test('a username and an e-mail address are taken once, whatever the case', async () => {
  const mina = await registerPerson()
  announced.news()
  const body = { email: 'other@example.com', username: mina.username, password: PASSWORD }
  await refused('username_taken', ask(user, register, 0, { body }))
  const email = mina.user.email.toUpperCase()
  const again = { email, username: 'other_name', password: PASSWORD }
  await refused('email_taken', ask(user, register, 0, { body: again }))
  assert.deepEqual(announced.news(), [])
})

test('signing in works by username and e-mail, and fails alike for wrong and unknown', async () => {
  const mina = await registerPerson()
  for (const username of [mina.username, mina.user.email.toLowerCase()]) {
    const session = await ask(user, signIn, 0, { body: { username, password: PASSWORD } })
    assert.equal((await user.authenticate(session.token))?.userId, mina.userId)
  }
  for (const username of [mina.username, 'nobody_here']) {
    const body = { username, password: 'wrong horse' }
    await refused('sign_in_failed', ask(user, signIn, 0, { body }))
  }
})

test('signing out ends that session only, and tells who listens', async () => {
  const mina = await registerPerson()
  const body = { username: mina.username, password: PASSWORD }
  const other = await ask(user, signIn, 0, { body })
  const ended: Caller[] = []
  user.onSessionEnded((caller) => ended.push(caller))
  const route = user.routes.find((one) => one.route === signOut)
  await route?.handler({ caller: mina.caller } as never)
  assert.equal(await user.authenticate(mina.token), undefined)
  assert.ok(await user.authenticate(other.token))
  assert.deepEqual(ended, [mina.caller])
  assert.equal(await user.authenticate('no token'), undefined)
})

test('a profile change is announced whole, with a time that grows', async () => {
  const mina = await registerPerson()
  announced.news()
  const change = (body: object) => ask(user, updateProfile, mina.userId, { body })
  await change({ display_name: '미나' })
  const after = await change({ status_message: '휴가 중' })
  await change({ status_message: '휴가 중' })
  assert.equal(after.display_name, '미나')
  const events = announced.news().map((one) => one.data)
  assert.equal(events.length, 2)
  assert.deepEqual(
    { ...events[1], timestamp: '' },
    {
      user_id: mina.userId,
      display_name: '미나',
      profile_image_url: '',
      status_message: '휴가 중',
      timestamp: '',
    },
  )
  assert.ok(String(events[0]?.timestamp) < String(events[1]?.timestamp))
})

test('people are found by how their username begins; patterns are text', async () => {
  const mina = await registerPerson()
  const found = async (username: string) =>
    (await ask(user, findUsers, mina.userId, { query: { username } })).items
  assert.ok((await found('person')).some((one) => one.user_id === mina.userId))
  assert.deepEqual(await found('%%'), [])
  assert.deepEqual(await found('person%'), [])
  const params = { user_id: mina.userId }
  const person = await ask(user, readUser, 1, { params })
  assert.ok(!('email' in person))
  await refused('not_found', ask(user, readUser, 1, { params: { user_id: 999_999 } }))
})

test('an open stream keeps a person online until a grace after its end', async () => {
  const mina = await registerPerson()
  await user.presence.streamOpened(mina.caller, 's1')
  await new Promise((resolve) => setTimeout(resolve, 2 * timing.activityMs))
  assert.deepEqual(statusesOf(mina.userId), [{ user_id: mina.userId, is_online: true }])
  await user.presence.streamClosed('s1')
  await becomes(mina.userId, false)
})

test('a stream that comes back within the grace was never away', async () => {
  const mina = await registerPerson()
  await user.presence.streamOpened(mina.caller, 's2')
  await new Promise((resolve) => setTimeout(resolve, timing.activityMs))
  await user.presence.streamClosed('s2')
  await user.presence.streamOpened(mina.caller, 's3')
  await new Promise((resolve) => setTimeout(resolve, 2 * timing.graceMs))
  assert.equal(statusesOf(mina.userId).length, 1)
  await user.presence.streamClosed('s3')
})

test('inactivity takes a person offline, the next request brings them back', async () => {
  const mina = await registerPerson()
  await becomes(mina.userId, true)
  await becomes(mina.userId, false)
  await user.presence.active(mina.caller)
  await becomes(mina.userId, true)
})

test('signing out takes a person offline at once, also with a stream open', async () => {
  const mina = await registerPerson()
  await user.presence.streamOpened(mina.caller, 's4')
  await user.presence.sessionEnded(mina.caller.sessionId)
  assert.deepEqual(statusesOf(mina.userId).at(-1), { user_id: mina.userId, is_online: false })
})

test('a status that cannot be published is told as an error, and the request goes on', async () => {
  broken = true
  await registerPerson()
  broken = false
  assert.equal(errors.at(-1)?.message, 'the brokers are away')
})
