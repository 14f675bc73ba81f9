// Every process that holds a stream of the person answers, and nobody else.
import assert from 'node:assert/strict'
import test from 'node:test'
import { systemClock } from 'sosik'
import { memoryFanout } from './fanout-memory.ts'
import { createRollCall } from './roll-call.ts'

test('all processes say how far the streams of a person have come', async () => {
  const fanout = memoryFanout()
  const [here, there, elsewhere] = [
    [{ lastSeq: 7, rooms: [] }],
    [
      { lastSeq: 5, rooms: [] },
      { lastSeq: 7, rooms: [] },
    ],
    [],
  ].map((streams) =>
    createRollCall({
      fanout,
      clock: systemClock,
      standing: (userId) => (userId === 1 ? streams : []),
      onError: assert.ifError,
    }),
  )
  assert(here && there && elsewhere)
  for (const one of [here, there, elsewhere]) one.start()
  const all = ((await elsewhere.ask(1)) ?? []).map(({ lastSeq }) => lastSeq)
  assert.deepEqual(
    all.toSorted((a, b) => a - b),
    [5, 7, 7],
  )
  assert.deepEqual(await here.ask(2), [])
  await there.stop()
  assert.deepEqual(await there.ask(1), [{ lastSeq: 7, rooms: [] }])
})
