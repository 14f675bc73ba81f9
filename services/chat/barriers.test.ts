// What a block bars in chat: words in the pair's direct room, and new rooms with each other.
import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { scratchDatabase, scratchPglite } from 'sosik/testing'
import { refused } from '../rehearsal.ts'
import { openStage, type Stage } from './stage.ts'

const server = await openStage(await scratchDatabase(), 60)
const stages = {
  'in the process': await openStage(await scratchPglite(), 60),
  'on a server': server,
}
after(() => Promise.all(Object.values(stages).map((stage) => stage.database.close())))

let lastId = 0
const somebody = () => ++lastId

beforeEach(() => {
  for (const stage of Object.values(stages)) {
    stage.barrier = () => undefined
    stage.announced = async () => {}
    stage.news()
  }
})

/** The one blocks the other from here on, as the friend service would have it. */
async function block(stage: Stage, blocker: number, blocked: number): Promise<void> {
  stage.barrier = (userId, otherIds) => {
    const pair = [userId, ...otherIds]
    if (!pair.includes(blocker) || !pair.includes(blocked)) return undefined
    return userId === blocker ? 'person_blocked' : 'not_found'
  }
  await setBarred(stage, blocker, blocked, true)
}

const setBarred = ({ database, chat }: Stage, one: number, other: number, isBarred: boolean) =>
  database.transaction((tx) => chat.setBarred(tx, one, other, isBarred))

for (const [where, stage] of Object.entries(stages)) {
  test(`${where}: nobody speaks in the direct room of a blocked pair, or edits there`, async () => {
    const [mina, junho] = [somebody(), somebody()]
    const { room_id } = await stage.open('direct', mina, junho)
    const said = await stage.send(junho, room_id, '안녕', 'a1')
    await block(stage, mina, junho)
    stage.news()
    await refused('person_blocked', stage.send(mina, room_id, '듣고 있니'))
    await refused('not_found', stage.send(junho, room_id, '듣고 있니'))
    await refused('not_found', stage.edit(junho, said, '다시 말할게'))
    await stage.type(junho, room_id)
    assert.deepEqual(stage.whispers, [])
    assert.deepEqual(stage.news(), [])
    // What was said before is answered again, read and deleted as ever.
    assert.deepEqual(await stage.send(junho, room_id, '안녕', 'a1'), said)
    await stage.read(mina, room_id, 1)
    await stage.erase(junho, said)
    assert.equal((await stage.room(junho, room_id)).last_seq, 1)

    await setBarred(stage, junho, mina, false)
    assert.equal((await stage.send(mina, room_id, '이제 들려')).seq, 2)
  })

  test(`${where}: a stranger to a barred room is not told of it`, async () => {
    const [mina, junho, sora] = [somebody(), somebody(), somebody()]
    const { room_id } = await stage.open('direct', mina, junho)
    await block(stage, mina, junho)
    await refused('not_found', stage.send(sora, room_id, '안녕'))
  })

  test(`${where}: no room is opened with who is out of reach; an old one is found`, async () => {
    const [mina, junho, sora] = [somebody(), somebody(), somebody()]
    await block(stage, mina, junho)
    await refused('person_blocked', stage.open('direct', mina, junho))
    await refused('not_found', stage.open('direct', junho, mina))
    await refused('not_found', stage.open('group', junho, mina, sora))
    const group = await stage.open('group', junho, sora)
    await refused('not_found', stage.invite(junho, group.room_id, mina))
    assert.equal((await stage.invite(sora, group.room_id, mina)).members.length, 3)
    const room = await stage.open('direct', junho, sora)
    await block(stage, junho, sora)
    assert.equal((await stage.open('direct', sora, junho)).room_id, room.room_id)
  })

  test(`${where}: a block bars no group, also not one of the two`, async () => {
    const [mina, junho] = [somebody(), somebody()]
    const { room_id } = await stage.open('group', mina, junho)
    await block(stage, mina, junho)
    assert.equal((await stage.send(junho, room_id, '안녕')).seq, 1)
  })
}

test('a block waits for what is being said, and what comes then sees it', async () => {
  const [mina, junho] = [somebody(), somebody()]
  const { room_id } = await server.open('direct', mina, junho)
  const paused = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  server.announced = async () => {
    reached.resolve()
    await paused.promise
  }
  const sending = server.send(junho, room_id, '안녕')
  await reached.promise
  const blocking = block(server, mina, junho)
  await somebodyWaits(server)
  server.announced = async () => {}
  paused.resolve()
  await Promise.all([sending, blocking])
  await refused('not_found', server.send(junho, room_id, '하나 더'))
  assert.equal((await server.room(mina, room_id)).last_seq, 1)
})

test('who speaks or edits while a block is being made waits for it, and is refused', async () => {
  const [mina, junho] = [somebody(), somebody()]
  const { room_id } = await server.open('direct', mina, junho)
  const said = await server.send(junho, room_id, '안녕')
  await block(server, mina, junho)
  await setBarred(server, mina, junho, false)
  for (const speak of [
    () => server.send(junho, room_id, '하나 더'),
    () => server.edit(junho, said, '다시'),
  ]) {
    let refusal: Promise<void> | undefined
    await server.database.transaction(async (tx) => {
      await server.chat.setBarred(tx, mina, junho, true)
      refusal = refused('not_found', speak())
      await somebodyWaits(server)
    })
    await refusal
    await setBarred(server, mina, junho, false)
  }
})

/** Resolves once somebody's transaction waits for another one's lock on a room. */
async function somebodyWaits({ database }: Stage): Promise<void> {
  const waiting = () =>
    database.query(`select 1 from pg_locks join pg_stat_activity using (pid)
      where not granted and datname = current_database() and query like '%chat_room%'`)
  while ((await waiting()).length === 0) await setImmediate()
}
