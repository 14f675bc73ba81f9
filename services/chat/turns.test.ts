// Turns of a room: one at once when it is idle, all that waited together after it.
import assert from 'node:assert/strict'
import test from 'node:test'
import { until } from 'sosik/testing'
import { inTurns, type Turn, WAITING_MAX } from './turns.ts'

function openRoom() {
  const served: string[][] = []
  const ends: (() => void)[] = []
  const enter = inTurns<string, string>(async (turns: readonly Turn<string, string>[]) => {
    served.push(turns.map(({ item }) => item))
    await new Promise<void>((resolve) => ends.push(resolve))
    for (const { item, answer } of turns) answer.resolve(`${item}!`)
  })
  return { served, enter, end: () => ends.shift()?.() }
}

test('what comes while a room is busy shares the next turn, in its order', async () => {
  const { served, enter, end } = openRoom()
  const answers = ['a', 'b', 'c'].map((item) => enter(1, item))
  assert.deepEqual(served, [['a']])
  end()
  await until('the next turn', () => served.length === 2)
  assert.deepEqual(served, [['a'], ['b', 'c']])
  end()
  assert.deepEqual(await Promise.all(answers), ['a!', 'b!', 'c!'])
  void enter(1, 'd')
  await until('a turn of its own', () => served.length === 3)
  assert.deepEqual(served.at(-1), ['d'])
})

test('rooms do not wait for each other, and a turn has sixteen at most', async () => {
  const { served, enter, end } = openRoom()
  void enter(1, 'a')
  void enter(2, 'other')
  for (let at = 0; at < 20; at += 1) void enter(1, `${at}`)
  assert.deepEqual(served, [['a'], ['other']])
  end()
  await until('the next turn', () => served.length === 3)
  assert.equal(served[2]?.length, 16)
})

test('when too many wait for a room the next one is told to come again', async () => {
  const { enter, served, end } = openRoom()
  for (let at = 0; at <= WAITING_MAX; at += 1) void enter(1, `${at}`)
  await assert.rejects(enter(1, 'too many'), { code: 'not_ready', status: 503 })
  void enter(2, 'another room')
  assert.deepEqual(served, [['0'], ['another room']])
  end()
  await until('a place is free', () => served.length === 3)
  void enter(1, 'late')
})
