// What rooms say of reading can be reckoned anew from messages, markers and stays alone.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { listMessages, listRooms } from '@sosik/contract/chat'
import { Problem } from '@sosik/contract/errors'
import { openStage } from './stage.ts'
import { scratchPglite } from 'sosik/testing'

const PEOPLE = 5
const STEPS = 400
const database = await scratchPglite()
const stage = await openStage(database, PEOPLE)
after(() => database.close())

const people = Array.from({ length: PEOPLE }, (_, at) => at + 1)

/** Numbers below a bound, the same in every run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}

interface Stay {
  readonly room_id: number
  readonly user_id: number
  readonly joined_seq: number
  readonly read_seq: number
}

interface Said {
  readonly room_id: number
  readonly seq: number
  readonly id: string
  readonly user_id: number
}

/** Every room of every member: from the two tables, without the counter of the room. */
async function reckoned() {
  const stays = await database.query<Stay>(
    'select room_id, user_id, joined_seq, read_seq from chat_member order by room_id, user_id',
  )
  const said = await database.query<Said>(
    'select room_id, seq, id, user_id from chat_message order by room_id, seq',
  )
  return stays.map((mine) => {
    const here = said.filter((one) => one.room_id === mine.room_id)
    const mayRead = here.filter((one) => one.seq > mine.joined_seq)
    const others = stays.filter((one) => one.room_id === mine.room_id)
    const seenBy = ({ joined_seq, read_seq }: Stay) =>
      mayRead.findLast(
        (one) => one.user_id === mine.user_id && one.seq <= read_seq && one.seq > joined_seq,
      )?.seq ?? 0
    return {
      user_id: mine.user_id,
      room_id: mine.room_id,
      last_seq: here.length,
      unread: mayRead.filter((one) => one.seq > mine.read_seq && one.user_id !== mine.user_id)
        .length,
      history: mayRead.map((one) => one.id),
      seen: others.map((one) => (one.user_id === mine.user_id ? 0 : seenBy(one))),
    }
  })
}

/** The same as the API tells it. */
async function told() {
  const all = await Promise.all(
    people.map(async (user_id) => {
      const { items } = await stage.ask(listRooms, user_id, { query: { limit: 100 } })
      return Promise.all(
        items.map(async ({ room_id, last_seq, unread, members }) => ({
          user_id,
          room_id,
          last_seq,
          unread,
          history: await historyOf(user_id, room_id),
          seen: members.map((one) => one.seen_seq),
        })),
      )
    }),
  )
  return all.flat().sort((a, b) => a.room_id - b.room_id || a.user_id - b.user_id)
}

async function historyOf(userId: number, room_id: number): Promise<string[]> {
  const ids: string[] = []
  for (let after_seq = 0; ; ) {
    const query = { after_seq, limit: 100 }
    const { items } = await stage.ask(listMessages, userId, { params: { room_id }, query })
    ids.push(...items.map((one) => one.message_id))
    const last = items.at(-1)
    if (last === undefined) return ids
    after_seq = last.seq
  }
}

test('whoever comes, talks, reads and goes: every unread is what the tables say', async () => {
  const random = randomFrom(20_261_130)
  const rooms = [
    await stage.open('direct', 1, 2),
    await stage.open('group', 1, 2, 3),
    await stage.open('group', 4, 5, 1, 2, 3),
  ].map((one) => one.room_id)
  const said: { room_id: number; message_id: string; user_id: number }[] = []
  const some = () => ({ userId: 1 + random(PEOPLE), roomId: rooms[random(rooms.length)] ?? 0 })
  const steps = [
    async () => {
      const { userId, roomId } = some()
      said.push(await stage.send(userId, roomId, `${said.length}`))
    },
    async () => {
      const { userId, roomId } = some()
      const { last_seq } = await stage.room(userId, roomId)
      await stage.read(userId, roomId, 1 + random(last_seq))
    },
    async () => {
      const message = said[random(said.length)]
      if (message !== undefined) await stage.erase(message.user_id, message)
    },
    async () => {
      const { userId, roomId } = some()
      await stage.leave(userId, roomId)
    },
    async () => {
      const { userId, roomId } = some()
      await stage.invite(userId, roomId, 1 + random(PEOPLE))
    },
  ]
  const weights = [0, 0, 0, 0, 1, 1, 1, 2, 3, 4, 4]
  const refused = new Map<string, number>()
  for (let step = 0; step < STEPS; step += 1) {
    const take = steps[weights[random(weights.length)] ?? 0]
    await take?.().catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error
      const { code } = error
      refused.set(code, (refused.get(code) ?? 0) + 1)
    })
    if (step % 40 === 0) assert.deepEqual(await told(), await reckoned(), `step ${step}`)
  }
  assert.deepEqual(await told(), await reckoned())
  const expected = ['not_found', 'read_beyond_end', 'room_is_direct']
  assert.deepEqual([...refused.keys()].sort(), expected, 'nothing else is refused')
})

test('what was said by who left stays with the others, in its place', async () => {
  const { room_id } = await stage.open('group', 1, 2, 3)
  const sent = await stage.send(2, room_id, 'I was here')
  await stage.leave(2, room_id)
  await stage.send(3, room_id, 'gone')
  const [first] = (await stage.ask(listMessages, 1, { params: { room_id } })).items
  assert.deepEqual(first, sent)
  const notFound = { name: 'Problem', code: 'not_found' }
  await assert.rejects(stage.edit(2, sent, 'again'), notFound)
  await assert.rejects(stage.erase(2, sent), notFound)
  assert.equal((await stage.erase(1, sent)).seq, sent.seq)
  assert.equal((await stage.room(3, room_id)).last_seq, 2)
})
