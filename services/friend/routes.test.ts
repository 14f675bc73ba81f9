// Friends on PostgreSQL inside the process and on a server: what is announced, listed, and refused.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  acceptFriend,
  cancelFriend,
  listFriendRequests,
  listFriends,
  rejectFriend,
  requestFriend,
} from '@sosik/contract/friend'
import { systemClock } from 'sosik'
import { type Database, migrate, pgliteDatabase } from 'sosik/postgres'
import { scratchDatabase } from 'sosik/testing'
import { ask, hear, refused, rememberAnnounced } from '../rehearsal.ts'
import type { Profile } from '../service.ts'
import { type FriendService, friendService } from './index.ts'

const START_MS = Date.parse('2026-01-27T12:00:00.000Z')

function profileOf(userId: number, displayName = `Person ${userId}`, atMs = START_MS): Profile {
  const person = {
    user_id: userId,
    username: `person_${userId}`,
    display_name: displayName,
    profile_image_url: '',
    status_message: '',
  }
  return { person, updatedAt: new Date(atMs) }
}

for (const [name, open] of [
  ['in the process', () => pgliteDatabase()],
  ['on a server', scratchDatabase],
] as const) {
  describe(name, () => {
    let database: Database
    let friend: FriendService
    const announced = rememberAnnounced()
    let profilesRead = async () => {}
    let lastId = 0
    const people = new Map<number, Profile>()
    const somebody = () => {
      lastId += 1
      people.set(lastId, profileOf(lastId))
      return lastId
    }

    before(async () => {
      database = await open()
      friend = friendService({
        database,
        announce: announced.announce,
        async readProfiles(_sql, userIds) {
          const read = new Map([...people].filter(([userId]) => userIds.includes(userId)))
          await profilesRead()
          return read
        },
        clock: systemClock,
      })
      await migrate(database, friend.migrations)
    })
    after(() => database.close())

    const request = (userId: number, addressee_id: number) =>
      ask(friend, requestFriend, userId, { body: { addressee_id } })
    const friends = async (userId: number) => (await ask(friend, listFriends, userId)).items
    const requests = async (userId: number) => (await ask(friend, listFriendRequests, userId)).items
    const hearProfile = (userId: number, display_name: string, atMs: number) =>
      hear(friend, database, 'UserProfileUpdated', {
        user_id: userId,
        display_name,
        timestamp: new Date(atMs).toISOString(),
      })

    test('a request is announced, listed for both, and accepted once', async () => {
      const [mina, junho] = [somebody(), somebody()]
      const { friendship_id } = await request(mina, junho)
      const [sent] = announced.news()
      assert.equal(sent?.name, 'FriendRequestSent')
      const { timestamp: _, ...data } = sent?.data ?? {}
      assert.deepEqual(data, {
        friendship_id,
        requester_id: mina,
        requester_name: `Person ${mina}`,
        addressee_id: junho,
        addressee_name: `Person ${junho}`,
      })
      assert.deepEqual(
        (await requests(junho)).map((one) => [one.direction, one.other.user_id]),
        [['received', mina]],
      )
      assert.equal((await requests(mina))[0]?.direction, 'sent')
      const params = { friendship_id }
      assert.equal((await ask(friend, acceptFriend, junho, { params })).state, 'accepted')
      assert.deepEqual(
        announced.news().map((one) => one.name),
        ['FriendRequestAccepted'],
      )
      assert.deepEqual(await requests(junho), [])
      assert.deepEqual(
        (await friends(mina)).map((one) => one.user_id),
        [junho],
      )
      assert.deepEqual(await friend.friendIds(database, junho), [mina])
      await refused('request_closed', ask(friend, acceptFriend, junho, { params }))
      assert.deepEqual(announced.news(), [])
    })

    test('rejected and cancelled requests are announced, and one may ask again', async () => {
      const [mina, junho] = [somebody(), somebody()]
      const first = await request(mina, junho)
      await refused('request_open', request(mina, junho))
      const params = { friendship_id: first.friendship_id }
      await refused('not_allowed', ask(friend, rejectFriend, mina, { params }))
      await ask(friend, rejectFriend, junho, { params })
      const second = await request(mina, junho)
      assert.notEqual(second.friendship_id, first.friendship_id)
      await ask(friend, cancelFriend, mina, { params: { friendship_id: second.friendship_id } })
      assert.deepEqual(
        announced.news().map((one) => one.name),
        [
          'FriendRequestSent',
          'FriendRequestRejected',
          'FriendRequestSent',
          'FriendRequestCancelled',
        ],
      )
      assert.deepEqual(await friends(mina), [])
    })

    test('strangers, unknown people and oneself are refused in silence', async () => {
      const [mina, junho, sora] = [somebody(), somebody(), somebody()]
      const { friendship_id } = await request(mina, junho)
      announced.news()
      await refused('not_found', ask(friend, acceptFriend, sora, { params: { friendship_id } }))
      const none = { friendship_id: 999_999 }
      await refused('not_found', ask(friend, acceptFriend, sora, { params: none }))
      await refused('not_found', request(mina, 999_999))
      await refused('yourself', request(mina, mina))
      assert.deepEqual(announced.news(), [])
    })

    test('requests that cross make friends at once, whoever was first', async () => {
      const [mina, junho] = [somebody(), somebody()]
      const first = await request(mina, junho)
      const second = await request(junho, mina)
      assert.deepEqual(second, { ...first, state: 'accepted' })
      const [, accepted] = announced.news()
      assert.equal(accepted?.name, 'FriendRequestAccepted')
      assert.equal(accepted?.data.requester_id, mina)
    })

    test('two who ask each other at one moment become friends once', async () => {
      for (let round = 0; round < 10; round += 1) {
        const [mina, junho] = [somebody(), somebody()]
        const states = await Promise.all([request(mina, junho), request(junho, mina)])
        assert.deepEqual(states.map((one) => one.state).sort(), ['accepted', 'requested'])
        assert.deepEqual(
          announced.news().map((one) => one.name),
          ['FriendRequestSent', 'FriendRequestAccepted'],
        )
        assert.equal((await friends(mina)).length, 1)
      }
    })

    test('the same request ten times at one moment is one request', async () => {
      const [mina, junho] = [somebody(), somebody()]
      const settled = await Promise.allSettled(
        Array.from({ length: 10 }, () => request(mina, junho)),
      )
      assert.equal(settled.filter((one) => one.status === 'fulfilled').length, 1)
      assert.equal(announced.news().length, 1)
    })

    test('lists follow a profile, and an older profile never comes back', async () => {
      const [mina, junho] = [somebody(), somebody()]
      const { friendship_id } = await request(mina, junho)
      await ask(friend, acceptFriend, junho, { params: { friendship_id } })
      await hearProfile(mina, '미나미', START_MS + 2)
      await hearProfile(mina, '옛 미나', START_MS + 1)
      const [listed] = await friends(junho)
      assert.deepEqual([listed?.display_name, listed?.username], ['미나미', `person_${mina}`])
    })

    test('a profile that changes while a command holds the older one is not lost', async () => {
      const [mina, junho] = [somebody(), somebody()]
      let changed = false
      profilesRead = async () => {
        if (changed || name === 'in the process') return
        changed = true
        await hearProfile(mina, '새 이름', START_MS + 1)
      }
      if (name === 'in the process') await hearProfile(mina, '새 이름', START_MS + 1)
      await request(mina, junho)
      profilesRead = async () => {}
      assert.equal((await requests(junho))[0]?.other.display_name, '새 이름')
      announced.news()
    })
  })
}
