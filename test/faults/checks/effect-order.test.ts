// Effects of a key come in the order of its commits; the chains prove it.
import assert from 'node:assert/strict'
import test from 'node:test'
import { effectOrder } from './effect-order.ts'
import { at, effectOf, trueHistory, violationsOf, withTruth } from './sample.ts'

test("effects in order have the writer's chain", () => {
  assert.deepEqual(violationsOf(effectOrder, trueHistory(3)), [])
})

test('two in the wrong order are told, and the chain differs', () => {
  const effects = [effectOf(2), { ...effectOf(1), id: 3 }]
  const said = violationsOf(effectOrder, withTruth(trueHistory(), { effects }))
  assert.equal(said.length, 2)
  assert.match(said.join(), /e1 after a later one[^]*is not that of 2 events/)
})

test('a lost effect in the middle breaks the chain alone', () => {
  const effects = [effectOf(1), effectOf(3)]
  const said = violationsOf(effectOrder, withTruth(trueHistory(3), { effects }))
  assert.match(said.join(), /chain of 2 effects is not that of 3 events/)
})

test('a redrive comes in its place where keys are parked, and late where the group goes on', () => {
  const late = { ...effectOf(1), id: 3, redrives: 1 }
  const parking = withTruth(trueHistory(), { effects: [effectOf(2), late] })
  assert.notEqual(violationsOf(effectOrder, parking).length, 0)
  const group = 'analytics-consumer-group'
  const going = withTruth(trueHistory(), {
    effects: [effectOf(2), late].map((row) => ({ ...row, group })),
  })
  const begin = {
    ...at,
    atUs: 0,
    wallMs: 0,
    is: 'begin',
    instance: 'a',
    hears: { [group]: ['MessageSent'] },
  } as const
  assert.deepEqual(violationsOf(effectOrder, { ...going, workers: [begin] }), [])
})
