// A run alone has the process to itself, and what hangs does not keep it for ever.
import assert from 'node:assert/strict'
import test from 'node:test'
import { turn, VirtualClock } from '../embedded/virtual-clock.ts'
import { createAlone } from './alone.ts'
import { beside } from './noting.ts'

function work(name: string, said: string[]) {
  const { promise, resolve } = Promise.withResolvers<void>()
  const run = async () => {
    said.push(`${name} begins`)
    await promise
    said.push(`${name} ends`)
  }
  return { run, end: resolve }
}

test('it waits for those inside, and those who come wait for it', async () => {
  const alone = createAlone(new VirtualClock())
  const said: string[] = []
  const [first, suspect, other, last] = ['first', 'suspect', 'other', 'last'].map((name) =>
    work(name, said),
  )
  assert.ok(first && suspect && other && last)
  const all = [
    beside(alone, first.run),
    alone.run(suspect.run),
    alone.run(other.run),
    beside(alone, last.run),
  ]
  for (const one of [suspect, other, last, first]) {
    one.end()
    await turn()
  }
  await Promise.all(all)
  assert.deepEqual(
    said,
    ['first', 'suspect', 'other', 'last'].flatMap((name) => [`${name} begins`, `${name} ends`]),
  )
})

test('an error ends a run, and is told to who asked for it', async () => {
  const alone = createAlone(new VirtualClock())
  const failing = alone.run(async () => {
    throw new Error('no ink')
  })
  await assert.rejects(failing, /no ink/)
  assert.equal(await beside(alone, async () => 7), 7)
})

test('what hangs, inside or alone, is waited for a minute and no longer', async () => {
  const clock = new VirtualClock()
  const alone = createAlone(clock)
  const said: string[] = []
  void beside(alone, work('hangs', said).run)
  void alone.run(work('hangs alone', said).run)
  void beside(alone, work('comes later', said).run)
  await clock.advance(59_999)
  assert.deepEqual(said, ['hangs begins'])
  await clock.advance(1)
  assert.deepEqual(said.slice(1), ['hangs alone begins', 'comes later begins'])
})
