// Friends on PostgreSQL inside the process and on a server: what is announced, listed, and refused.
import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { refused } from '../rehearsal.ts'
import { openStages, profileOf, START_MS } from './stage.ts'

const UNKNOWN = 999_999

const stages = await openStages()
after(() => Promise.all(stages.map((stage) => stage.database.close())))

beforeEach(() => {
  for (const stage of stages) stage.news()
})

for (const stage of stages) {
  const { where, request, answer, friends, requests, somebody } = stage
  const namesOfNews = () => stage.news().map((event) => event.name)

  test(`${where}: a request is announced, listed for both, and accepted once`, async () => {
    const [mina, junho] = [somebody('김미나'), somebody('이준호')]
    const asked = await request(mina, junho)
    const { friendship_id } = asked
    const people = { requester_id: mina, addressee_id: junho }
    assert.deepEqual(asked, { friendship_id, ...people, state: 'requested' })
    const [received, ...more] = await requests(junho)
    assert.deepEqual(more, [])
    assert.deepEqual(received, {
      friendship_id,
      direction: 'received',
      other: profileOf(mina, '김미나').person,
      created_at: received?.created_at,
    })
    const [sent] = await requests(mina)
    assert.deepEqual([sent?.direction, sent?.other.user_id], ['sent', junho])

    assert.deepEqual(await answer(junho, 'accept', friendship_id), { ...asked, state: 'accepted' })
    assert.deepEqual([...(await requests(mina)), ...(await requests(junho))], [])
    const [friend] = await friends(mina)
    assert.deepEqual(friend, {
      friendship_id,
      since: friend?.since,
      ...profileOf(junho, '이준호').person,
      is_online: false,
    })
    assert.equal((await friends(junho))[0]?.user_id, mina)
    await refused('request_closed', answer(junho, 'accept', friendship_id))

    const names = { requester_name: '김미나', addressee_name: '이준호' }
    const data = { friendship_id, ...people, ...names }
    assert.deepEqual(
      stage.news().map((event) => ({ ...event, data: { ...event.data, timestamp: undefined } })),
      ['FriendRequestSent', 'FriendRequestAccepted'].map((name) => ({
        name,
        data: { ...data, timestamp: undefined },
      })),
    )
  })

  test(`${where}: one may ask again after a rejection or cancellation, by a new id`, async () => {
    const [mina, junho] = [somebody(), somebody()]
    const first = await request(mina, junho)
    await refused('request_open', request(mina, junho))
    await refused('not_allowed', answer(mina, 'reject', first.friendship_id))
    await answer(junho, 'reject', first.friendship_id)
    const second = await request(mina, junho)
    await refused('not_allowed', answer(junho, 'cancel', second.friendship_id))
    await answer(mina, 'cancel', second.friendship_id)
    const third = await request(junho, mina)
    const ids = [first, second, third].map((one) => one.friendship_id)
    assert.equal(new Set(ids).size, 3)
    await answer(mina, 'accept', third.friendship_id)
    await refused('already_friends', request(mina, junho))
    assert.deepEqual(namesOfNews(), [
      'FriendRequestSent',
      'FriendRequestRejected',
      'FriendRequestSent',
      'FriendRequestCancelled',
      'FriendRequestSent',
      'FriendRequestAccepted',
    ])
    await refused('request_closed', answer(junho, 'accept', first.friendship_id))
  })

  test(`${where}: strangers, unknown people and oneself are refused in silence`, async () => {
    const [mina, junho, sora] = [somebody(), somebody(), somebody()]
    const { friendship_id } = await request(mina, junho)
    stage.news()
    for (const id of [friendship_id, UNKNOWN]) {
      for (const action of ['accept', 'reject', 'cancel'] as const) {
        await refused('not_found', answer(sora, action, id))
      }
    }
    await refused('not_found', request(mina, UNKNOWN))
    await refused('yourself', request(mina, mina))
    assert.deepEqual(stage.news(), [])
    assert.deepEqual(await requests(sora), [])
    assert.equal((await requests(mina)).length, 1)
  })

  test(`${where}: requests that cross make friends at once, and keep who asked first`, async () => {
    const [mina, junho] = [somebody(), somebody()]
    const first = await request(mina, junho)
    assert.deepEqual(await request(junho, mina), { ...first, state: 'accepted' })
    const [, accepted] = stage.news()
    assert.equal(accepted?.name, 'FriendRequestAccepted')
    assert.equal(accepted.data.requester_id, mina)
    assert.equal(accepted.data.requester_name, `Person ${mina}`)
    assert.equal((await friends(mina)).length, 1)
  })

  test(`${where}: friends are listed by name, page by page`, async () => {
    const mina = somebody()
    const others = ['준호', 'sora', '가은', 'Bora', 'sora'].map((name) => somebody(name))
    for (const other of others) await stage.befriend(mina, other)
    await request(mina, somebody('Aaron'))
    const [junho, sora, gaeun, bora, soraToo] = others
    const byName = [bora, sora, soraToo, gaeun, junho]
    const list = async (query: object) => (await friends(mina, query)).map((one) => one.user_id)
    assert.deepEqual(await list({}), byName)
    assert.deepEqual(await list({ limit: 2 }), byName.slice(0, 2))
    assert.deepEqual(await list({ after_user_id: sora, limit: 2 }), byName.slice(2, 4))
    assert.deepEqual(await list({ after_user_id: junho }), [])
    assert.deepEqual(await list({ after_user_id: mina }), [])
    const ascending = others.toSorted((a, b) => a - b)
    assert.deepEqual(await stage.friend.answers.friendIds(stage.database, mina), ascending)
    assert.deepEqual(await stage.friend.answers.friendIds(stage.database, junho ?? 0), [mina])
  })

  test(`${where}: open requests are listed newest first, page by page`, async () => {
    const mina = somebody()
    const ids: number[] = []
    for (let n = 0; n < 4; n += 1) {
      const [from, to] = n % 2 ? [mina, somebody()] : [somebody(), mina]
      ids.unshift((await request(from, to)).friendship_id)
    }
    const list = async (query: object) =>
      (await requests(mina, query)).map((one) => one.friendship_id)
    assert.deepEqual(await list({}), ids)
    assert.deepEqual(await list({ limit: 3 }), ids.slice(0, 3))
    assert.deepEqual(await list({ before_friendship_id: ids[1] }), ids.slice(2))
  })

  test(`${where}: lists follow a profile, and an older profile never comes back`, async () => {
    const [mina, junho] = [somebody(), somebody()]
    await stage.befriend(mina, junho)
    await stage.hearProfile(mina, '미나미', START_MS + 2)
    await stage.hearProfile(mina, '옛 미나', START_MS + 1)
    const [listed] = await friends(junho)
    assert.deepEqual([listed?.display_name, listed?.username], ['미나미', `person_${mina}`])
    // What the user service answers is older than what the event has brought.
    await request(mina, somebody())
    assert.equal((await friends(junho))[0]?.display_name, '미나미')
  })

  test(`${where}: an event about somebody unknown is kept for later`, async () => {
    const [mina, junho] = [somebody(), somebody()]
    await stage.hearProfile(mina, '미나미', START_MS + 1)
    await request(mina, junho)
    assert.equal((await requests(junho))[0]?.other.display_name, '미나미')
  })
}
