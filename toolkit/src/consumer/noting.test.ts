// Which records are noted before they start, how many at once, and who runs alone.
import assert from 'node:assert/strict'
import test from 'node:test'
import { turn } from '../embedded/virtual-clock.ts'
import { type Alone, createAlone } from './alone.ts'
import { type CommitMetadata, NO_METADATA, type Noted } from './commit-metadata.ts'
import { Noting, type Start } from './noting.ts'

interface Entry {
  readonly offset: bigint
}

const entries = (from: number, to: number): Entry[] =>
  Array.from({ length: to - from }, (_, at) => ({ offset: BigInt(from + at) }))

/** A partition at offset 0 whose records are let in, and whose commits the test may hold back. */
function stage(before: Partial<CommitMetadata>, options: { end?: bigint; alone?: Alone } = {}) {
  const commits: Noted[][] = []
  const told: [records: number, isAlone: boolean][] = []
  const inside = new Map<number, Start | undefined>()
  let answer = async () => true
  const noting: Noting<Entry> = new Noting<Entry>({
    offset: 0n,
    metadata: { ...NO_METADATA, ...before },
    end: options.end,
    alone: options.alone ?? createAlone(),
    commit() {
      commits.push(noting.noted)
      return answer()
    },
    noted: (records, isAlone) => void told.push([records, isAlone]),
    enter: ({ offset }, start) => void inside.set(Number(offset), start),
  })
  const push = async (some: readonly Entry[]) => {
    for (const entry of some) noting.push(entry)
    await turn()
  }
  /** The first attempt of each comes back. */
  const comeBack = async (...offsets: number[]) => {
    for (const offset of offsets) await inside.get(offset)?.around(async () => {})
    await turn()
  }
  return {
    noting,
    commits,
    told,
    inside,
    push,
    comeBack,
    offsets: () => [...inside.keys()],
    refuse: () => {
      answer = async () => false
    },
  }
}

const noted = (starts: number, ...offsets: number[]): Noted[] =>
  offsets.map((offset) => ({ offset: BigInt(offset), starts }))

test('after a goodbye nothing is noted and nothing waits', async () => {
  const { push, offsets, commits, noting } = stage({})
  await push(entries(0, 40))
  assert.equal(offsets().length, 40)
  assert.deepEqual(commits, [])
  assert.equal(noting.opened(0n), 1)
})

test('after an unclean end, records start when that is on record, sixteen at most', async () => {
  const { push, comeBack, offsets, commits } = stage({ opened: 1 })
  await push(entries(0, 40))
  assert.deepEqual(commits, [noted(2, ...offsets())])
  assert.equal(offsets().length, 16)
  await comeBack(3)
  assert.deepEqual(offsets().slice(16), [16])
  assert.equal(commits.length, 2)
  assert.ok(!commits[1]?.some(({ offset }) => offset === 3n))
})

test('a slow record takes one place of sixteen and holds no other back', async () => {
  const { push, comeBack, offsets } = stage({ opened: 1 })
  await push(entries(0, 100))
  for (let offset = 1; offset < 100; offset += 1) await comeBack(offset)
  assert.equal(offsets().length, 100)
})

test('what was written to the log after the end is not noted', async () => {
  const { push, comeBack, offsets, commits } = stage({ opened: 1 }, { end: 2n })
  await push(entries(0, 40))
  assert.deepEqual(offsets().slice(0, 2), [0, 1])
  assert.equal(offsets().length, 40, 'those behind start beside them')
  await comeBack(0, 1)
  assert.equal(commits.length, 1)
})

test('a start that cannot be noted is none', async () => {
  const { push, offsets, refuse } = stage({ opened: 1 })
  refuse()
  await push(entries(0, 3))
  assert.deepEqual(offsets(), [])
})

test('a suspected record runs alone, noted before, and its return is on record', async () => {
  const { push, comeBack, offsets, commits, noting, told } = stage({
    opened: 2,
    noted: noted(2, 5),
  })
  await push(entries(0, 40))
  assert.deepEqual(offsets(), [0, 1, 2, 3, 4, 5])
  await comeBack(0, 1, 2, 3, 4)
  assert.equal(offsets().length, 6, 'none starts beside it')
  await comeBack(5)
  assert.deepEqual(commits[1], noted(3, 5))
  assert.deepEqual(commits[2], [])
  assert.equal(offsets().length, 22)
  assert.deepEqual(noting.suspected, [])
  assert.deepEqual(told, [
    [5, false],
    [1, true],
    [16, false],
  ])
})

test('a suspected record waits for what else its process is at', async () => {
  const alone = createAlone()
  const { push, inside, commits } = stage({ noted: noted(2, 0) }, { alone })
  assert.equal(alone.enter(), undefined, 'another group is at work')
  await push(entries(0, 1))
  let isRun = false
  const returned = inside.get(0)?.around(async () => {
    isRun = true
    assert.ok(alone.enter(), 'nobody comes in beside it')
  })
  await turn()
  assert.deepEqual([isRun, commits], [false, []])
  alone.leave()
  assert.equal(await returned, true)
  assert.equal(isRun, true)
})

test('what is suspected and was not run goes on to the next owner, as it was', () => {
  const { noting } = stage({ noted: noted(2, 7, 9), done: [9n] })
  assert.deepEqual(noting.noted, noted(2, 7))
  assert.deepEqual(noting.suspected, noted(2, 7))
  noting.done(7n)
  assert.deepEqual(noting.suspected, [])
})

test('records between the noted ones and a suspected one keep their order', async () => {
  const { push, comeBack, offsets, commits } = stage({ noted: noted(2, 3) })
  await push(entries(0, 6))
  assert.deepEqual(offsets(), [0, 1, 2, 3])
  await comeBack(3)
  assert.deepEqual(offsets(), [0, 1, 2, 3, 4, 5])
  assert.deepEqual(commits, [noted(3, 3), []])
})

test('more is noted after each further unclean end, until it is well past', async () => {
  const { push, noting, inside, comeBack } = stage({ opened: 2 })
  assert.equal(noting.opened(0n), 3)
  await push(entries(16_384, 16_385))
  assert.deepEqual([...inside.values()], [undefined])
  await push(entries(16_383, 16_384))
  await comeBack(16_383)
  assert.equal(inside.get(16_383)?.starts, 1)
  assert.equal(noting.opened(16_384n), 3)
  assert.equal(noting.opened(20_480n), 1)
})
