// Ends of friendships, blocks, and the search in the list; inside the process and on a server.
import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { refused } from '../rehearsal.ts'
import { openStages, profileOf, START_MS } from './stage.ts'

const UNKNOWN = 999_999

const stages = await openStages()
after(() => Promise.all(stages.map((stage) => stage.database.close())))

beforeEach(() => {
  for (const stage of stages) {
    stage.news()
    stage.barred.length = 0
  }
})

for (const stage of stages) {
  const { where, request, answer, friends, requests, somebody, befriend } = stage
  const { remove, block, unblock, blocks } = stage
  const namesOfNews = () => stage.news().map((event) => event.name)
  const idsOf = (items: readonly { user_id: number }[]) => items.map((one) => one.user_id)

  test(`${where}: either ends a friendship, for both, and may ask again`, async () => {
    const [mina, junho] = [somebody('김미나'), somebody('이준호')]
    const friendship_id = await befriend(mina, junho)
    stage.news()
    await remove(junho, mina)
    assert.deepEqual([...(await friends(mina)), ...(await friends(junho))], [])
    const [removed, ...more] = stage.news()
    assert.deepEqual(more, [])
    assert.equal(removed?.name, 'FriendRemoved')
    assert.deepEqual(removed.data, {
      friendship_id,
      requester_id: mina,
      requester_name: '김미나',
      addressee_id: junho,
      addressee_name: '이준호',
      timestamp: removed.data.timestamp,
      removed_by_id: junho,
    })
    await refused('not_found', remove(mina, junho))
    await refused('request_closed', answer(junho, 'accept', friendship_id))
    assert.notEqual(await befriend(junho, mina), friendship_id)
  })

  test(`${where}: only a friendship is ended, not a request, and by one of the two`, async () => {
    const [mina, junho, sora] = [somebody(), somebody(), somebody()]
    await request(mina, junho)
    stage.news()
    await refused('not_found', remove(mina, junho))
    await refused('not_found', remove(sora, junho))
    await refused('not_found', remove(mina, UNKNOWN))
    await refused('not_found', remove(mina, mina))
    assert.deepEqual(stage.news(), [])
    assert.equal((await requests(junho)).length, 1)
  })

  test(`${where}: a block ends a friendship, and is listed for its owner only`, async () => {
    const [mina, junho] = [somebody(), somebody('이준호')]
    await befriend(mina, junho)
    stage.news()
    const entry = await block(mina, junho)
    assert.deepEqual(entry, { ...profileOf(junho, '이준호').person, blocked_at: entry.blocked_at })
    assert.deepEqual(await blocks(mina), [entry])
    assert.deepEqual(await blocks(junho), [])
    assert.deepEqual([...(await friends(mina)), ...(await friends(junho))], [])
    assert.deepEqual(stage.barred, [[mina, junho, true]])
    const [removed, blocked, ...more] = stage.news()
    assert.deepEqual(more, [])
    assert.deepEqual([removed?.name, removed?.data.removed_by_id], ['FriendRemoved', mina])
    assert.deepEqual(blocked, {
      name: 'UserBlocked',
      data: { user_id: mina, blocked_user_id: junho, timestamp: entry.blocked_at },
    })
    assert.deepEqual(await block(mina, junho), entry)
    assert.deepEqual(stage.news(), [])
  })

  test(`${where}: a block takes back an own request, and rejects one that came`, async () => {
    const [mina, junho, sora] = [somebody(), somebody(), somebody()]
    await request(mina, junho)
    await request(sora, mina)
    stage.news()
    await block(mina, junho)
    await block(mina, sora)
    assert.deepEqual(namesOfNews(), [
      'FriendRequestCancelled',
      'UserBlocked',
      'FriendRequestRejected',
      'UserBlocked',
    ])
    for (const one of [mina, junho, sora]) assert.deepEqual(await requests(one), [])
  })

  test(`${where}: a blocked pair asks in vain, and one side is not told why`, async () => {
    const [mina, junho] = [somebody(), somebody()]
    await block(mina, junho)
    stage.news()
    await refused('person_blocked', request(mina, junho))
    await refused('not_found', request(junho, mina))
    await refused('not_found', request(junho, UNKNOWN))
    assert.deepEqual(stage.news(), [])
    await unblock(mina, junho)
    assert.deepEqual(stage.news().at(0)?.name, 'UserUnblocked')
    await refused('not_found', unblock(mina, junho))
    assert.equal((await request(junho, mina)).state, 'requested')
  })

  test(`${where}: two who block each other are apart until both have ended it`, async () => {
    const [mina, junho] = [somebody(), somebody()]
    await block(mina, junho)
    await block(junho, mina)
    await refused('person_blocked', request(junho, mina))
    await unblock(mina, junho)
    await refused('not_found', request(mina, junho))
    await unblock(junho, mina)
    await request(mina, junho)
    assert.deepEqual(stage.barred, [
      [mina, junho, true],
      [junho, mina, true],
      [mina, junho, true],
      [junho, mina, false],
    ])
  })

  test(`${where}: nobody unknown is blocked, and not oneself`, async () => {
    const mina = somebody()
    await refused('not_found', block(mina, UNKNOWN))
    await refused('yourself', block(mina, mina))
    await refused('not_found', unblock(mina, UNKNOWN))
    assert.deepEqual(stage.news(), [])
  })

  test(`${where}: blocks are listed page by page, the last first, by fresh profiles`, async () => {
    const mina = somebody()
    const others = [somebody(), somebody(), somebody()]
    for (const other of others) await block(mina, other)
    const [first = 0, second, third] = others
    stage.letters.length = 0
    await stage.hearProfile(first, '새 이름', START_MS + 1)
    assert.deepEqual(
      stage.letters.map(({ userId, type }) => [userId, type]),
      [[mina, 'friend_changed']],
    )
    assert.deepEqual(idsOf(await blocks(mina)), [third, second, first])
    assert.deepEqual(idsOf(await blocks(mina, { limit: 2 })), [third, second])
    const rest = await blocks(mina, { before_user_id: second })
    assert.deepEqual(
      rest.map((one) => [one.user_id, one.display_name]),
      [[first, '새 이름']],
    )
  })

  test(`${where}: other services learn what stands between people`, async () => {
    const [mina, junho, sora] = [somebody(), somebody(), somebody()]
    const { barrier, blockOf } = stage.friend.answers
    const { database } = stage
    assert.equal(await barrier(database, mina, [junho, sora]), undefined)
    await block(mina, sora)
    assert.equal(await barrier(database, mina, [junho, sora]), 'person_blocked')
    assert.equal(await barrier(database, sora, [junho, mina]), 'not_found')
    assert.equal(await barrier(database, junho, [mina, sora]), undefined)
    assert.equal(await barrier(database, mina, []), undefined)
    assert.deepEqual(await blockOf(database, mina, sora), (await blocks(mina))[0])
    assert.equal(await blockOf(database, sora, mina), undefined)
  })

  test(`${where}: friends are found by name, by username and by initials`, async () => {
    const mina = somebody()
    const names = ['김미나', '김 민수', '이준호', 'Sora Kim', 'a%_\\b']
    const others = names.map((name) => somebody(name))
    for (const other of others) await befriend(mina, other)
    await request(mina, somebody('김미영'))
    const find = async (q: string, query: object = {}) =>
      (await friends(mina, { q, ...query })).map((one) => one.display_name)
    assert.deepEqual(await find('ㄱㅁㄴ'), ['김미나'])
    assert.deepEqual(await find('김ㅁ'.normalize('NFD')), ['김미나'])
    assert.deepEqual(await find('김민'), ['김미나'])
    assert.deepEqual(await find('ㄱ'), ['김 민수', '김미나'])
    assert.deepEqual(await find('KIM'), ['Sora Kim'])
    assert.deepEqual(await find(`PERSON_${others[2]}`), ['이준호'])
    assert.deepEqual(await find('%_\\'), ['a%_\\b'])
    assert.deepEqual(await find('.*'), [])
    assert.equal((await find('  ')).length, names.length)
    // Page by page, after somebody whom the text does not find as well.
    assert.deepEqual(await find('ㄱ', { limit: 1 }), ['김 민수'])
    assert.deepEqual(await find('ㄱ', { after_user_id: others[1] }), ['김미나'])
    assert.deepEqual(await find('ㄱ', { after_user_id: others[3] }), ['김 민수', '김미나'])
  })

  test(`${where}: a list says who is here, and when others went, where that is known`, async () => {
    const mina = somebody()
    const [here, gone, hidden] = [somebody('a'), somebody('b'), somebody('c')]
    for (const other of [here, gone, hidden]) await befriend(mina, other)
    stage.presence.set(here, { isOnline: true, lastSeenAt: undefined })
    stage.presence.set(gone, { isOnline: false, lastSeenAt: new Date(START_MS) })
    assert.deepEqual(
      (await friends(mina)).map((one) => [one.user_id, one.is_online, one.last_seen_at]),
      [
        [here, true, undefined],
        [gone, false, new Date(START_MS).toISOString()],
        [hidden, false, undefined],
      ],
    )
  })
}
