// Any sequence of commands by two people, also at one moment: one open friendship at most, blocks
// win, and what was announced is exactly what has changed.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Problem } from '@sosik/contract/errors'
import fc from 'fast-check'
import { scratchDatabase, scratchPglite } from 'sosik/testing'
import { openStage, type Stage } from './stage.ts'

const RUNS = { alone: 30, atOnce: 30 }
const STEPS_MAX = 25
const AT_ONCE_MAX = 4
const EXPECTED = new Set([
  'already_friends',
  'not_allowed',
  'not_found',
  'person_blocked',
  'request_closed',
  'request_open',
])

const COMMANDS = ['request', 'accept', 'reject', 'cancel', 'remove', 'block', 'unblock'] as const
interface Command {
  readonly name: (typeof COMMANDS)[number]
  /** Whose it is: the first of the two, or the second. */
  readonly by: 0 | 1
}

/** What stands between two people, told by events or read from tables. */
interface Standing {
  state: 'requested' | 'accepted' | undefined
  requesterId: number | undefined
  readonly blockerIds: Set<number>
}

const command = fc.record<Command>({
  name: fc.constantFrom(...COMMANDS),
  by: fc.constantFrom(0, 1),
})

const stages = { alone: await openStage('', await scratchPglite()), atOnce: await serverStage() }
after(() => Promise.all([stages.alone.database.close(), stages.atOnce.database.close()]))

async function serverStage(): Promise<Stage> {
  return openStage('', await scratchDatabase())
}

test('one after the other, commands keep the rules and tell exactly what they did', async () => {
  const steps = fc.array(
    command.map((one) => [one]),
    { maxLength: STEPS_MAX },
  )
  await fc.assert(
    fc.asyncProperty(steps, (batches) => play(stages.alone, batches)),
    { numRuns: RUNS.alone },
  )
})

test('commands that cross keep the rules as well', async () => {
  const steps = fc.array(fc.array(command, { minLength: 2, maxLength: AT_ONCE_MAX }), {
    maxLength: STEPS_MAX / 2,
  })
  await fc.assert(
    fc.asyncProperty(steps, (batches) => play(stages.atOnce, batches)),
    { numRuns: RUNS.atOnce },
  )
})

/** Two new people, and after each batch: what was told so far is what the tables say. */
async function play(stage: Stage, batches: readonly (readonly Command[])[]): Promise<void> {
  const pair = [stage.somebody(), stage.somebody()] as const
  const standing: Standing = { state: undefined, requesterId: undefined, blockerIds: new Set() }
  stage.news()
  for (const batch of batches) {
    const latest = await latestRequest(stage, pair)
    const done = await Promise.allSettled(batch.map((one) => give(stage, pair, one, latest)))
    for (const one of done) {
      if (one.status === 'fulfilled') continue
      assert.ok(one.reason instanceof Problem && EXPECTED.has(one.reason.code), one.reason)
    }
    const told = stage.news().toSorted((a, b) => timeOf(a.data) - timeOf(b.data))
    for (const event of told) follow(standing, event)
    assert.deepEqual(await read(stage, pair), standing)
  }
}

const timeOf = (data: Record<string, unknown>) => Date.parse(String(data.timestamp))

type Pair = readonly [number, number]

async function latestRequest(stage: Stage, pair: Pair): Promise<number> {
  const [row] = await stage.database.query<{ id: number }>(
    `select coalesce(max(friendship_id), 0) as id from friend_request
     where requester_id = any($1)`,
    [pair],
  )
  return row?.id ?? 0
}

async function give(stage: Stage, pair: Pair, { name, by }: Command, latest: number) {
  const [userId, otherId] = by === 0 ? pair : [pair[1], pair[0]]
  if (name === 'accept' || name === 'reject' || name === 'cancel') {
    await stage.answer(userId, name, latest)
  } else await stage[name](userId, otherId)
}

/** Each event must be possible as things stood: none is told twice, and none is missing. */
function follow(standing: Standing, { name, data }: ReturnType<Stage['news']>[number]): void {
  const was = { ...standing, blocks: standing.blockerIds.size }
  const blocker = Number(data.user_id)
  if (name === 'FriendRequestSent') {
    assert.deepEqual([was.state, was.blocks], [undefined, 0])
    standing.state = 'requested'
    standing.requesterId = Number(data.requester_id)
  } else if (name === 'FriendRequestAccepted') {
    assert.deepEqual([was.state, was.requesterId, was.blocks], ['requested', data.requester_id, 0])
    standing.state = 'accepted'
  } else if (name === 'UserBlocked') {
    assert.equal(was.state, undefined)
    assert.ok(!standing.blockerIds.has(blocker))
    standing.blockerIds.add(blocker)
  } else if (name === 'UserUnblocked') {
    assert.ok(standing.blockerIds.delete(blocker))
  } else {
    assert.equal(was.state, name === 'FriendRemoved' ? 'accepted' : 'requested')
    assert.equal(was.requesterId, data.requester_id)
    standing.state = undefined
    standing.requesterId = undefined
  }
}

/** What both see in their lists, which must agree; the tables hold one open row at most. */
async function read(stage: Stage, [one, other]: Pair): Promise<Standing> {
  const [ofOne, ofOther] = await Promise.all([seenBy(stage, one), seenBy(stage, other)])
  assert.deepEqual(ofOne.friends.length, ofOther.friends.length)
  assert.deepEqual(ofOne.requests.length, ofOther.requests.length)
  assert.ok(ofOne.friends.length + ofOne.requests.length <= 1)
  const [request] = ofOne.requests
  const blockerIds = new Set<number>()
  if (ofOne.blocks.length > 0) blockerIds.add(one)
  if (ofOther.blocks.length > 0) blockerIds.add(other)
  const [row] = await stage.database.query<{ requester_id: number }>(
    `select requester_id from friend_request
     where requester_id = any($1) and state in ('requested', 'accepted')`,
    [[one, other]],
  )
  if (request !== undefined) {
    assert.equal(row?.requester_id, request.direction === 'sent' ? one : other)
  }
  const state = request !== undefined ? 'requested' : ofOne.friends[0] && 'accepted'
  return { state, requesterId: row?.requester_id, blockerIds }
}

async function seenBy(stage: Stage, userId: number) {
  return {
    friends: await stage.friends(userId),
    requests: await stage.requests(userId),
    blocks: await stage.blocks(userId),
  }
}
