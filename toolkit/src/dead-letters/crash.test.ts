// A process ends at every single call of a parking and a redrive; another one finishes its work.
import assert from 'node:assert/strict'
import test from 'node:test'
import { until } from '../testing/until.ts'
import { CALLS, type End, type Fuse, fuse, MOMENTS } from './fuse.ts'
import { openWorld, type World } from './world.ts'

const ORDERS = ['4:a', '4:bad', '5:x', '4:b', '4:worse', '5:y', '4:c', '4:d']
const NTH_MAX = 100

/** Runs until the condition holds; a process that ends before is followed by one that lives. */
async function runUntil(
  world: World,
  first: Fuse,
  what: string,
  holds: () => Promise<boolean>,
): Promise<void> {
  await until(what, async () => first.isDead() || (await holds()))
  if (!first.isDead()) return
  await first.died()
  await survivorOf(world)
  await until(`${what}, after a process ended`, holds)
}

const survivors = new WeakMap<World, Promise<unknown>>()

function survivorOf(world: World): Promise<unknown> {
  const known = survivors.get(world)
  if (known !== undefined) return known
  const survivor = fuse(world.stage.log, world.store)
  const started = world.start(survivor.options, survivor)
  survivors.set(world, started)
  return started
}

/** Answers whether the process came to its end; what is to be true is true in any case. */
async function crashAt(end: End): Promise<boolean> {
  const world = await openWorld()
  try {
    const mine = fuse(world.stage.log, world.store, end)
    const all = BigInt(ORDERS.length)
    const committed = async (end: bigint) => (await world.stage.committed()) === end
    const heads = async () =>
      (await world.letters.list()).map((one) => `${one.offset} ${one.state}`)
    world.poison.add('bad').add('worse')
    await world.place(...ORDERS)
    // A process may end before it has joined; then its start never ends either.
    void world.start(mine.options, mine)
    await runUntil(world, mine, 'the parked key', () => committed(all))
    assert.deepEqual(await heads(), ['1 open'])
    world.poison.delete('bad')
    await world.redrive()
    const followerFailed = async () => (await heads()).join() === '4 open'
    await runUntil(world, mine, 'the follower that fails', followerFailed)
    await world.place('4:e')
    world.poison.delete('worse')
    await world.redrive()
    const isOver = async () => (await heads()).length === 0 && (await committed(all + 1n))
    await runUntil(world, mine, 'the release', isOver)
    mine.spare()
    assert.deepEqual(world.of(4), ['a', 'bad', 'b', 'worse', 'c', 'd', 'e'], JSON.stringify(end))
    assert.deepEqual(world.of(5), ['x', 'y'], JSON.stringify(end))
    const [last, first] = await world.letters.runs()
    for (const run of [last, first]) {
      const counts = [run?.selected, run?.succeeded, run?.failed]
      assert.deepEqual(counts, [1, 1, 0], JSON.stringify(end))
    }
    assert.equal(first?.followers, 1, JSON.stringify(end))
    // `e` may be read before the key is free, and is one of them, or after that.
    assert.ok([2, 3].includes(last?.followers ?? 0), JSON.stringify(end))
    return mine.isDead()
  } finally {
    await world.close()
  }
}

for (const call of CALLS) {
  test(`a process that ends at any ${call} loses nothing, and no order`, async () => {
    for (const moment of MOMENTS) {
      let nth = 1
      while (nth < NTH_MAX && (await crashAt({ call, nth, moment }))) nth += 1
      assert.ok(nth > 1, 'there was one such call at least')
      assert.ok(nth < NTH_MAX, 'it came to the end once')
    }
  })
}
