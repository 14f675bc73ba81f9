// A key is parked behind its dead letter and comes back in order: for one group, and by itself.
import assert from 'node:assert/strict'
import test, { afterEach, beforeEach } from 'node:test'
import { DeadLettersMissingError } from '../errors.ts'
import { until } from '../testing/until.ts'
import type { DeadLetterStore } from './store.ts'
import { openWorld, type World } from './world.ts'

let world: World

beforeEach(async () => {
  world = await openWorld()
})

afterEach(() => world.close())

const statesOf = async () => (await world.letters.list()).map((one) => one.state)
const isFree = async () => (await world.letters.list()).length === 0

test('a group that parks keys is refused without an index of dead letters', () => {
  assert.throws(() => world.stage.consumer({}), DeadLettersMissingError)
})

test('behind a dead letter its key waits, and the others run on', async () => {
  world.poison.add('bad')
  const consumer = await world.start()
  await world.place('4:a', '4:bad', '5:x', '4:b', '5:y', '4:c', '5:z')
  await until('the others', () => world.of(5).length === 3)
  await until('the account', () => consumer.account.parked === 2)
  assert.deepEqual(world.of(4), ['a'])
  const { read, handled, deadLettered, parked } = consumer.account
  assert.deepEqual([read, handled, deadLettered, parked], [7, 4, 1, 2])
  const bodies = (await world.stage.deadLetters()).map(({ body }) => body)
  assert.deepEqual(
    bodies.map((body) => [body.error_code, body.original_offset, body.attempts]),
    [
      ['Error', 1, 3],
      ['SOSIK_PARKED', 3, 0],
      ['SOSIK_PARKED', 5, 0],
    ],
  )
  await until('the commit', async () => (await world.stage.committed()) === 7n)
  const [entry] = await world.letters.list()
  assert.ok(entry)
  assert.deepEqual([entry.offset, entry.state, entry.eventType], [1n, 'open', 'OrderPlaced'])
  const shown = await world.letters.show(entry)
  assert.deepEqual(
    shown?.followers.map((record) => record.offset),
    [3n, 5n],
  )
  const [, bad] = await world.stage.records()
  assert.deepEqual(Buffer.from(shown?.original?.value ?? []), Buffer.from(bad?.value ?? []))
  assert.deepEqual(shown?.original?.headers, bad?.headers)
})

test('after a redrive the key has every effect once and in order, live ones too', async () => {
  world.poison.add('bad')
  await world.start()
  await world.place('4:a', '4:bad', '4:b', '4:c')
  await until('the dead letter', async () => (await statesOf()).length === 1)
  world.poison.clear()
  assert.equal(await world.redrive(), 1)
  const later = Array.from({ length: 200 }, (_, at) => `${at}`)
  await world.place(...later.map((note) => `4:${note}`))
  await until('all', () => world.of(4).length === 204)
  assert.deepEqual(world.of(4), ['a', 'bad', 'b', 'c', ...later])
  await until('the release', isFree)
  const redriven = world.calls.filter((call) => call.redrives > 0)
  assert.deepEqual(redriven, [{ what: '4:bad', redrives: 1 }])
  const [run] = await world.letters.runs()
  assert.deepEqual([run?.selected, run?.succeeded, run?.failed], [1, 1, 0])
  assert.equal(run?.requestedBy, 'Minsu')
})

test('a parked key stays parked over a restart, at the cost of one query', async () => {
  world.poison.add('bad')
  const first = await world.start()
  await world.place('4:bad', '4:b')
  await until('the parked one', () => first.account.parked === 1)
  await first.stop()
  await world.place('4:c')
  let queries = 0
  const deadLetters = { ...world.store }
  for (const name of ['claim', 'add', 'move'] as const) {
    Object.assign(deadLetters, {
      [name](...values: unknown[]) {
        queries += 1
        return Reflect.apply(world.store[name], world.store, values)
      },
    })
  }
  const second = await world.start({ deadLetters })
  await world.place(...Array.from({ length: 50 }, (_, at) => `4:${at}`))
  await until('the parked ones', () => second.account.parked === 51)
  assert.equal(queries, 1)
  assert.deepEqual(world.effects, [])
})

test('a follower that fails parks the key anew, from where it stands', async () => {
  world.poison.add('bad').add('worse')
  const consumer = await world.start()
  await world.place('4:bad', '4:b', '4:worse', '4:c', '4:d')
  await until('the parked ones', () => consumer.account.parked === 4)
  const [{ parkedAtMs } = { parkedAtMs: 0 }] = await world.letters.list()
  world.poison.delete('bad')
  await world.redrive()
  await until('the next head', async () => (await world.letters.list())[0]?.offset === 2n)
  assert.deepEqual(world.of(4), ['bad', 'b'])
  const [head] = await world.letters.list()
  assert.deepEqual([head?.state, head?.redrives, head?.parkedAtMs], ['open', 0, parkedAtMs])
  await world.place('4:e')
  world.poison.clear()
  await world.redrive()
  await until('all', () => world.of(4).length === 6)
  assert.deepEqual(world.of(4), ['bad', 'b', 'worse', 'c', 'd', 'e'])
  await until('the release', isFree)
})

test('a head that is discarded frees its followers, in order', async () => {
  world.poison.add('bad')
  const consumer = await world.start()
  await world.place('4:bad', '4:b', '4:c')
  await until('the parked ones', () => consumer.account.parked === 2)
  await world.letters.discard({ selection: { type: 'OrderPlaced' }, requestedBy: 'Minsu' })
  await until('the followers', () => world.of(4).length === 2)
  assert.deepEqual(world.of(4), ['b', 'c'])
  await until('the release', isFree)
  const ended = await world.letters.list({ states: ['discarded'] })
  assert.deepEqual(
    ended.map((one) => one.offset),
    [0n],
  )
  await world.place('4:d')
  await until('the live one', () => world.of(4).length === 3)
})

test('after three redrives in vain it is quarantined, and only a word brings it back', async () => {
  world.poison.add('bad')
  const consumer = await world.start()
  await world.place('4:bad', '4:b')
  await until('the parked one', () => consumer.account.parked === 1)
  for (const redrives of [1, 2, 3]) {
    assert.equal(await world.redrive(), 1)
    await until('the failure', async () => (await world.letters.list())[0]?.redrives === redrives)
  }
  assert.deepEqual(await statesOf(), ['quarantined'])
  assert.equal(await world.redrive(), 0)
  const bodies = (await world.stage.deadLetters()).map(({ body }) => body)
  const own = bodies.filter((body) => body.error_code !== 'SOSIK_PARKED')
  assert.deepEqual(
    own.map((body) => body.redrives),
    [0, 1, 2, 3],
  )
  assert.equal(new Set(own.map((body) => body.event_id)).size, 1)
  world.poison.clear()
  assert.equal(await world.redrive(true), 1)
  await until('both', () => world.of(4).length === 2)
  assert.deepEqual(world.of(4), ['bad', 'b'])
})

test('events without a key are one lane, and are parked alike', async () => {
  const { log, OrderPlaced } = world.stage
  world.poison.add('bad')
  const consumer = await world.start()
  const write = (note: string) =>
    log.append([
      {
        topic: 'orders',
        key: null,
        value: Buffer.from(JSON.stringify({ ...OrderPlaced.example, note })),
        headers: [['ce_type', Buffer.from('OrderPlaced')]],
      },
    ])
  for (const note of ['bad', 'b']) await write(note)
  await until('the parked one', () => consumer.account.parked === 1)
  world.poison.clear()
  await world.redrive()
  await until('both', () => world.of(4).length === 2)
  assert.deepEqual(world.of(4), ['bad', 'b'])
})

test('a dry run changes nothing, and a cap takes the first', async () => {
  world.poison.add('bad')
  await world.start()
  await world.place('4:bad', '5:bad', '6:bad')
  await until('the dead letters', async () => (await statesOf()).length === 3)
  const selection = { type: 'OrderPlaced' }
  const dry = await world.letters.redrive({ selection, requestedBy: 'Minsu', dryRun: true })
  assert.deepEqual([dry.selected, dry.letters.length, dry.runId], [3, 3, undefined])
  assert.deepEqual(await statesOf(), ['open', 'open', 'open'])
  assert.deepEqual(await world.letters.runs(), [])
  world.poison.clear()
  const asked = await world.letters.redrive({ selection, requestedBy: 'Minsu', cap: 2 })
  assert.equal(asked.selected, 2)
  await until('two have ended', async () => (await statesOf()).length === 1)
  assert.deepEqual([...world.effects].sort(), ['4:bad', '5:bad'])
  await until('their end', async () => (await statesOf()).join() === 'open')
})

test('a letter that is too old is quarantined, and can be discarded', async () => {
  world.poison.add('bad')
  const consumer = await world.start()
  await world.place('4:bad', '4:b')
  await until('the parked one', () => consumer.account.parked === 1)
  const [entry] = await world.letters.list()
  assert.ok(entry)
  await world.store.move(entry, { change: { letterOffset: 999n } })
  await world.redrive()
  await until('the quarantine', async () => (await statesOf())[0] === 'quarantined')
  assert.equal((await world.letters.list())[0]?.errorCode, 'SOSIK_LETTER_MISSING')
  await world.letters.discard({ selection: {}, requestedBy: 'Minsu', quarantined: true })
  await until('the follower', () => world.of(4).length === 1)
})

test('a rebalance in the middle of a redrive: the other member goes on where it was', async () => {
  world.poison.add('bad')
  const stop = Promise.withResolvers<void>()
  const deadLetters: DeadLetterStore = {
    ...world.store,
    async move(...given) {
      if (world.of(4).length > 40) await stop.promise
      return world.store.move(...given)
    },
  }
  const first = await world.start({ deadLetters })
  const notes = Array.from({ length: 150 }, (_, at) => `${at}`)
  await world.place('4:bad', ...notes.slice(0, 100).map((note) => `4:${note}`))
  await until('the parked ones', () => first.account.parked === 100)
  const second = await world.start()
  world.poison.clear()
  await world.redrive()
  await until('the middle', () => world.of(4).length > 40)
  const stopped = first.stop()
  stop.resolve()
  await stopped
  assert.ok(world.of(4).length < 101, 'it was in the middle')
  await world.place(...notes.slice(100).map((note) => `4:${note}`))
  await until('all', () => world.of(4).length === 151)
  assert.deepEqual(world.of(4), ['bad', ...notes])
  await until('the release', isFree)
  await until('the live ones', () => second.account.read > 0)
})

test('a group that goes on redrives an event in its lane, and nothing else', async () => {
  await world.close()
  world = await openWorld({ group: { afterDeadLetter: 'continue' } })
  world.poison.add('bad')
  await world.start()
  await world.place('4:a', '4:bad', '4:b')
  await until('the others', () => world.of(4).length === 2)
  world.poison.clear()
  assert.equal(await world.redrive(), 1)
  await until('all', () => world.of(4).length === 3)
  assert.deepEqual(world.of(4), ['a', 'b', 'bad'])
  await until('the end', isFree)
  const [summary] = await world.store.summary()
  assert.equal(summary, undefined)
})
