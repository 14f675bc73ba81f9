// Key lanes: order inside a key, others beside it, and a commit that never passes work in hand.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { LogRecord } from '../log/log.ts'
import { until } from '../testing/until.ts'
import { Ledger, type Outcome } from './account.ts'
import { createAlone } from './alone.ts'
import { NO_METADATA, readMetadata, writeMetadata } from './commit-metadata.ts'
import { Lanes } from './lanes.ts'
import { systemClock } from '../clock.ts'
import { createSlots } from './slots.ts'

const partition = { topic: 'orders', partition: 0 }

const record = (offset: number, key: string | null): LogRecord => ({
  ...partition,
  offset: BigInt(offset),
  timestampMs: 0,
  key: key === null ? null : Buffer.from(key),
  value: null,
  headers: [],
})

interface Work {
  readonly offset: number
  readonly end: () => void
}

/** Lanes whose handlers end when the test says so. */
function stage(options: { slots?: number; metadata?: string; earlier?: Promise<void> } = {}) {
  const atWork: Work[] = []
  const done: number[] = []
  const flow: string[] = []
  const ledger = new Ledger()
  const lanes = new Lanes({
    partition,
    ledger,
    offset: 0n,
    metadata: options.metadata ?? '',
    slots: createSlots(options.slots ?? 16, systemClock),
    earlier: () => options.earlier,
    alone: createAlone(),
    commit: async () => true,
    noted: () => {},
    pause: () => flow.push('pause'),
    resume: () => flow.push('resume'),
    async handle({ offset }): Promise<Outcome> {
      await new Promise<void>((resolve) => {
        atWork.push({ offset: Number(offset), end: resolve })
      })
      done.push(Number(offset))
      return 'handled'
    },
  })
  const offsets = () => atWork.map((work) => work.offset)
  const end = async (offset: number) => {
    const at = atWork.findIndex((work) => work.offset === offset)
    atWork.splice(at, 1)[0]?.end()
    await until(`the end of ${offset}`, () => done.includes(offset))
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { lanes, ledger, offsets, end, done, flow }
}

test('keys are handled beside each other, one key in its order', async () => {
  const { lanes, offsets, end, done } = stage()
  lanes.push([record(0, 'a'), record(1, 'a'), record(2, 'b'), record(3, 'c'), record(4, 'b')])
  await until('three lanes', () => offsets().length === 3)
  assert.deepEqual(offsets(), [0, 2, 3])
  await end(2)
  assert.deepEqual(offsets(), [0, 3, 4])
  await end(0)
  assert.deepEqual(offsets(), [3, 4, 1])
  for (const offset of [1, 4, 3]) await end(offset)
  assert.deepEqual(done, [2, 0, 1, 4, 3])
})

test('no more lanes are at work than there are slots', async () => {
  const { lanes, offsets, end } = stage({ slots: 2 })
  lanes.push([record(0, 'a'), record(1, 'b'), record(2, 'c')])
  await until('two lanes', () => offsets().length === 2)
  await end(1)
  await until('the third', () => offsets().includes(2))
  assert.deepEqual(offsets(), [0, 2])
})

test('a stuck key holds the offset; the metadata knows what is done beyond', async () => {
  const first = stage()
  first.lanes.push([record(0, 'stuck'), record(1, 'a'), record(2, 'b'), record(3, 'a')])
  await until('three lanes', () => first.offsets().length === 3)
  for (const offset of [1, 2, 3]) await first.end(offset)
  const { offset, metadata } = first.lanes.committable
  assert.equal(offset, 0n)
  const second = stage({ metadata })
  second.lanes.push([record(0, 'stuck'), record(1, 'a'), record(2, 'b'), record(3, 'a')])
  second.lanes.push([record(4, 'a')])
  await until('two lanes', () => second.offsets().length === 2)
  assert.deepEqual(second.offsets(), [0, 4])
  await second.end(0)
  assert.equal(second.lanes.committable.offset, 4n)
})

test('the end of a replay is committed again and again, until it is passed', async () => {
  const replay = { until: 2n, inbox: 'force' as const }
  const { lanes, offsets, end } = stage({
    metadata: writeMetadata(0n, { ...NO_METADATA, replay }),
  })
  lanes.push([record(0, 'a'), record(1, 'b'), record(2, 'c')])
  await until('three lanes', () => offsets().length === 3)
  const marker = () => readMetadata(lanes.committable.offset, lanes.committable.metadata).replay
  assert.deepEqual(marker(), replay)
  await end(0)
  assert.deepEqual(marker(), replay)
  await end(1)
  assert.equal(marker(), undefined)
})

test('records without a key keep their order', async () => {
  const { lanes, offsets, end } = stage()
  lanes.push([record(0, null), record(1, null), record(2, '')])
  await until('two lanes', () => offsets().length === 2)
  assert.deepEqual(offsets(), [0, 2])
  await end(0)
  assert.deepEqual(offsets(), [2, 1])
})

test('a drain waits for what is at work and gives the rest up', async () => {
  const { lanes, ledger, offsets, end, done } = stage({ slots: 2 })
  lanes.push([record(0, 'a'), record(1, 'a'), record(2, 'b'), record(3, 'c')])
  await until('two lanes', () => offsets().length === 2)
  let drained = false
  const draining = lanes.drain().then(() => {
    drained = true
  })
  await end(0)
  assert.equal(drained, false)
  await end(2)
  await draining
  assert.deepEqual(done, [0, 2])
  assert.equal(lanes.committable.offset, 1n)
  lanes.close()
  const { read, handled, givenUp, open } = ledger.account
  assert.deepEqual({ read, handled, givenUp, open }, { read: 4, handled: 2, givenUp: 2, open: 0 })
  lanes.push([record(4, 'd')])
  assert.deepEqual(offsets(), [])
})

test('a key that comes back waits for its old run', async () => {
  let endOld = () => {}
  const earlier = new Promise<void>((resolve) => {
    endOld = resolve
  })
  const { lanes, offsets } = stage({ earlier })
  lanes.push([record(0, 'a')])
  await new Promise((resolve) => setTimeout(resolve, 10))
  assert.deepEqual(offsets(), [])
  endOld()
  await until('the new run', () => offsets().length === 1)
})

test('too many in hand pause the partition, and half of them let it go on', async () => {
  const { lanes, offsets, end, flow } = stage({ slots: 1_200 })
  lanes.push(Array.from({ length: 1_100 }, (_, at) => record(at, String(at))))
  assert.deepEqual(flow, ['pause'])
  await until('all lanes', () => offsets().length === 1_100)
  for (let offset = 1_099; offset > 500; offset -= 1) await end(offset)
  assert.deepEqual(flow, ['pause'])
  await end(500)
  assert.deepEqual(flow, ['pause', 'resume'])
})
