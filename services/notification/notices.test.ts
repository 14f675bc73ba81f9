// Stored notifications, on both databases: pages, what is unread, both languages, and what goes.
import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import {
  NOTIFICATIONS_KEPT_DAYS,
  NOTIFICATIONS_KEPT_MAX,
  NOTIFICATIONS_LIMIT,
} from '@sosik/contract/notification'
import type { DurableNews } from '@sosik/contract/news'
import { days } from 'sosik/catalogue'
import { type Database, migrate } from 'sosik/postgres'
import { DATABASES, refused } from '../rehearsal.ts'
import { tablesOf } from '../service.ts'
import { idOf, NOW, openStage, type Stage } from './stage.ts'
import { SWEPT_AT_ONCE_MAX } from './sweep.ts'

const databases: [where: string, database: Database][] = []
for (const [where, open] of DATABASES) databases.push([where, await open()])
after(() => Promise.all(databases.map(([, database]) => database.close())))

/** What this service had stored when it spoke Korean only, of a person of their own. */
const EARLIER = 1_000_001
const EARLIER_TITLE = '김미나님, 소식에 오신 것을 환영합니다'
for (const [, database] of databases) {
  await migrate(database, tablesOf('notification', new URL('index.ts', import.meta.url).href))
  await database.query(
    `insert into notification
       (notification_id, user_id, type, title, content, subject, state, created_at)
     values ($1, $3, 'welcome', $4, '{"user_id": 1}', '', 'open', $5),
            ($2, $3, 'friend_request', '', '{}', '', 'withdrawn', $5)`,
    [idOf(900_001), idOf(900_002), EARLIER, EARLIER_TITLE, NOW],
  )
}

const stages: [where: string, stage: Stage][] = []
for (const [where, database] of databases) stages.push([where, await openStage(database)])

function onEach(name: string, work: (stage: Stage) => Promise<void>): void {
  for (const [where, stage] of stages) test(`${where}: ${name}`, () => work(stage))
}

let people = 0
const somebody = () => ++people

const request = (addressee_id: number, n: number) => ({
  friendship_id: addressee_id * 1_000 + n,
  requester_id: 1_000_000,
  requester_name: '미나',
  addressee_id,
  addressee_name: '준호',
})

const idsOf = async ({ list }: Stage, userId: number, query = {}) =>
  (await list(userId, query)).items.map((one) => one.notification_id)

/** So many requests come; answers the ids of their notifications, the newest first. */
async function notify(stage: Stage, userId: number, count: number): Promise<string[]> {
  for (let n = 1; n <= count; n += 1) await stage.tell('FriendRequestSent', request(userId, n))
  return (await idsOf(stage, userId)).slice(0, count)
}

/** Older than all others; read, or not. */
async function insertMany({ database }: Stage, userId: number, count: number, readAt?: string) {
  await database.query(
    `insert into notification
       (notification_id, user_id, type, title, content, subject, read_at, created_at)
     select $3 || lpad(n::text, 12, '0'), $1, 'welcome', '', '{"display_name": ""}', '', $4, $5
     from generate_series(1, $2) as n`,
    [userId, count, `00000000-0000-7000-${1_000 + userId}-`, readAt ?? null, NOW],
  )
}

onEach('pages are newest first, and name the next one while there is more', async (stage) => {
  const { list } = stage
  const [mina, junho] = [somebody(), somebody()]
  const [c, b, a] = await notify(stage, mina, 3)
  await notify(stage, junho, 1)
  const first = await list(mina, { limit: 2 })
  assert.deepEqual([first.items[0]?.notification_id, first.items[1]?.notification_id], [c, b])
  assert.deepEqual(first.next, { before_notification_id: b })
  const last = await list(mina, { ...first.next, limit: 2 })
  assert.deepEqual([last.items[0]?.notification_id, last.next], [a, undefined])
  assert.deepEqual([first.unread, last.unread], [3, 3])
  assert.deepEqual(await list(somebody()), { items: [], unread: 0 })
})

onEach('a page goes on after one that is gone', async (stage) => {
  const mina = somebody()
  const [, b = '', a] = await notify(stage, mina, 3)
  await stage.database.query('delete from notification where notification_id = $1', [b])
  assert.deepEqual(await idsOf(stage, mina, { before_notification_id: b }), [a])
})

onEach('titles are in Korean, as they were sent, and in English', async ({ tell, list }) => {
  const mina = somebody()
  await tell('UserRegistered', { user_id: mina, display_name: '미나' })
  await tell('FriendRequestSent', request(mina, 1))
  await tell('FriendRequestAccepted', { ...request(2, 2), requester_id: mina })
  assert.deepEqual(
    (await list(mina)).items.map((one) => one.titles),
    [
      { ko: '준호님이 친구 요청을 수락했습니다', en: '준호 accepted your friend request' },
      { ko: '미나님이 친구 요청을 보냈습니다', en: '미나 sent you a friend request' },
      { ko: '미나님, 소식에 오신 것을 환영합니다', en: 'Welcome to Sosik, 미나' },
    ],
  )
})

onEach('what was stored before has both languages, but for what was withdrawn', async (stage) => {
  const { items } = await stage.list(EARLIER)
  const titles = items.map((one) => one.titles)
  assert.deepEqual(titles, [{ ko: EARLIER_TITLE, en: 'Welcome to Sosik, 김미나' }])
})

onEach('each change tells how many are unread now', async (stage) => {
  const { told, tell, lines, read, list } = stage
  const mina = somebody()
  const [b = '', a = ''] = await notify(stage, mina, 2)
  const came = told.at(-1)?.data as DurableNews['welcome']
  assert.deepEqual([came.unread, came.notification], [2, (await list(mina)).items[0]])
  told.length = 0
  await read(mina, a)
  await read(mina, a)
  assert.deepEqual(lines(), [`${mina} notification_read`])
  assert.deepEqual(told[0]?.data, { notification_id: a, unread: 1 })
  await tell('FriendRequestRejected', request(mina, 2))
  const { friendship_id } = request(mina, 2)
  assert.deepEqual(told[0]?.data, { notification_id: b, friendship_id, unread: 0 })
  const { items, unread } = await list(mina)
  assert.deepEqual([items.map((one) => one.read), unread], [[true, true], 0])
})

onEach('what is withdrawn is gone, and counts no more', async (stage) => {
  const { told, tell, read } = stage
  const mina = somebody()
  const [b = '', a] = await notify(stage, mina, 2)
  await tell('FriendRequestCancelled', request(mina, 2))
  const { friendship_id } = request(mina, 2)
  assert.deepEqual(told[0]?.data, { notification_id: b, friendship_id, unread: 1 })
  assert.deepEqual(await idsOf(stage, mina), [a])
  await refused('not_found', read(mina, b))
})

onEach('all up to one are read at once, and later ones stay unread', async (stage) => {
  const { told, lines, read, readUpTo, list } = stage
  const mina = somebody()
  const [d = '', c = '', b = '', a = ''] = await notify(stage, mina, 4)
  await read(mina, b)
  told.length = 0
  await readUpTo(mina, c)
  assert.deepEqual(lines(), [`${mina} notifications_read`])
  assert.deepEqual(told[0]?.data, { notification_ids: [c, a], unread: 1 })
  for (const again of [c, a, idOf(0)]) await readUpTo(mina, again)
  assert.equal(told.length, 1)
  await readUpTo(mina, 'ffffffff-ffff-7fff-bfff-ffffffffffff')
  assert.deepEqual(told[1]?.data, { notification_ids: [d], unread: 0 })
  assert.ok((await list(mina)).items.every((one) => one.read))
})

onEach("nobody reads or marks another's", async (stage) => {
  const { told, read, readUpTo, list } = stage
  const [mina, junho] = [somebody(), somebody()]
  const [a = ''] = await notify(stage, mina, 1)
  told.length = 0
  await refused('not_found', read(junho, a))
  await readUpTo(junho, a)
  assert.deepEqual([told.length, (await list(mina)).unread], [0, 1])
})

onEach('of as many as are kept the oldest makes room for the next one', async (stage) => {
  const mina = somebody()
  await insertMany(stage, mina, NOTIFICATIONS_KEPT_MAX)
  const before = await idsOf(stage, mina)
  assert.equal(before.length, NOTIFICATIONS_LIMIT)
  const [newest] = await notify(stage, mina, 1)
  assert.deepEqual(await idsOf(stage, mina), [newest, ...before.slice(0, -1)])
  assert.equal((await stage.list(mina)).unread, NOTIFICATIONS_KEPT_MAX)
  const [row] = await stage.database.query<{ oldest: string }>(
    'select min(notification_id) as oldest from notification where user_id = $1',
    [mina],
  )
  assert.ok(row?.oldest.endsWith('-000000000002'))
})

onEach('what was read long ago goes, however much it is, and its person is told', async (stage) => {
  const { told, sweep, read } = stage
  const [mina, junho] = [somebody(), somebody()]
  const [b, a = ''] = await notify(stage, mina, 2)
  const many = 2 * SWEPT_AT_ONCE_MAX
  await insertMany(stage, junho, many, NOW)
  await read(mina, a)
  told.length = 0
  const end = Date.parse(NOW) + days(NOTIFICATIONS_KEPT_DAYS)
  await sweep(new Date(end))
  assert.deepEqual([told.length, (await idsOf(stage, mina)).length], [0, 2])
  await sweep(new Date(end + 1))
  const toldTo = (userId: number) =>
    told.flatMap((one) =>
      one.userId === userId ? [one.data as { notification_ids: string[] }] : [],
    )
  assert.deepEqual(toldTo(mina), [{ notification_ids: [a] }])
  assert.equal(new Set(toldTo(junho).flatMap((data) => data.notification_ids)).size, many)
  assert.ok(told.every(({ type }) => type === 'notifications_expired'))
  assert.deepEqual([await idsOf(stage, mina), await idsOf(stage, junho)], [[b], []])
  told.length = 0
  await sweep(new Date(end + 1))
  assert.deepEqual(told, [])
})
