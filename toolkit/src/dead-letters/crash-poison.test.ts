// A dead letter that ends its process when it is brought back does so three times, not for ever.
import assert from 'node:assert/strict'
import test, { afterEach, beforeEach } from 'node:test'
import { until } from '../testing/until.ts'
import { fuse } from './fuse.ts'
import { openWorld, type World } from './world.ts'

const PROCESSES_MAX = 10
/** With five keys that fail, the group would take the world for broken. */
const OTHERS = ['5', '6', '7']

let world: World

beforeEach(async () => {
  world = await openWorld()
})

afterEach(() => world.close())

/** Starts the next process whenever one has ended; answers how many that were. */
async function processesUntil(what: string, holds: () => Promise<boolean>): Promise<number> {
  for (let ended = 0; ended < PROCESSES_MAX; ended += 1) {
    const one = fuse(world.stage.log, world.store)
    await world.start(one.options, one)
    await until(what, async () => one.isDead() || (await holds()))
    if (!one.isDead()) return ended
    await one.died()
  }
  return PROCESSES_MAX
}

async function bury(...orders: readonly string[]): Promise<void> {
  const consumer = await world.start()
  await world.place(...orders)
  const { length } = orders
  await until('the ends', () => consumer.account.read === length && consumer.account.open === 0)
  await consumer.stop()
}

const stateOf = async (offset: bigint) =>
  (await world.letters.list()).find((one) => one.offset === offset)?.state

test('a redrive that ends its process is quarantined, and no other one with it', async () => {
  world.poison.add('bad')
  await bury('4:bad', '4:b', ...OTHERS.map((customer) => `${customer}:bad`))
  // Beside it the same word ends no process: only one of them is to blame.
  world.poison.clear()
  world.fatal.add('4:bad')
  const asked = await world.redrive()
  assert.equal(asked, 1 + OTHERS.length)
  const isOver = async () =>
    (await stateOf(0n)) === 'quarantined' && (await world.letters.list()).length === 1
  assert.equal(await processesUntil('the quarantine', isOver), 3)
  const [entry] = await world.letters.list()
  assert.equal(entry?.errorCode, 'SOSIK_CRASH_POISON')
  for (const customer of OTHERS) assert.deepEqual(world.of(Number(customer)), ['bad'])
  assert.deepEqual(world.of(4), [], 'its key still waits')
  world.fatal.clear()
  await world.redrive(true)
  await until('both', () => world.of(4).length === 2)
  assert.deepEqual(world.of(4), ['bad', 'b'])
})

test('a follower that ends its process is the next dead letter, and parks its key', async () => {
  world.poison.add('bad')
  await bury('4:bad', '4:a', '4:deadly', '4:b')
  world.poison.clear()
  world.fatal.add('4:deadly')
  await world.redrive()
  const isOver = async () => (await stateOf(2n)) === 'open'
  assert.equal(await processesUntil('the next dead letter', isOver), 3)
  assert.deepEqual(world.of(4), ['bad', 'a'])
  const [entry] = await world.letters.list()
  assert.deepEqual([entry?.errorCode, entry?.redrives], ['SOSIK_CRASH_POISON', 0])
  world.fatal.clear()
  await world.redrive()
  await until('all', () => world.of(4).length === 4)
  assert.deepEqual(world.of(4), ['bad', 'a', 'deadly', 'b'])
})

test('a redrive that a stop gave up while it waited was no start in vain', async () => {
  world.poison.add('bad')
  await bury('4:bad')
  world.poison.clear()
  await world.redrive()
  const refused = Object.assign(new Error('no database'), { code: 'ECONNREFUSED' })
  for (let stops = 1; stops <= 3; stops += 1) {
    let calls = 0
    const effects = async () => {
      calls += 1
      throw refused
    }
    const consumer = await world.start({ effects })
    await until('a call', () => calls > 0)
    await consumer.stop()
    const [entry] = await world.letters.list()
    assert.deepEqual([entry?.state, entry?.starts], ['redriving', 0])
  }
  await world.start()
  await until('it', () => world.of(4).length === 1)
})
