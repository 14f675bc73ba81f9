// Questions that share an answer, and the door that lets so many in.
import assert from 'node:assert/strict'
import test from 'node:test'
import { createAdmission } from './admission.ts'
import { gathering } from './gather.ts'

test('who comes while a question is under way shares the next one', async () => {
  const asked: number[][] = []
  const ask = gathering(async (ids: readonly number[]) => {
    asked.push([...ids])
    await new Promise(setImmediate)
    if (ids.includes(13)) throw new Error('no')
    return ids.length
  })
  const answers = [ask([1]), ask([2, 3]), ask([3, 4])]
  assert.deepEqual(await Promise.all(answers), [1, 3, 3])
  const [refused, next] = [ask([13]), ask([5])]
  await assert.rejects(refused, /no/)
  assert.equal(await next, 1)
  assert.deepEqual(asked, [[1], [2, 3, 4], [13], [5]])
})

test('so many get in at once and a second, and none when all places are taken', () => {
  let nowMs = 0
  const clock = { nowMs: () => nowMs, after: () => () => {} }
  const refusal = createAdmission(clock, { streamsMax: 100, perSecondMax: 4 })
  const comers = (count: number) => Array.from({ length: count }, () => refusal(0))
  assert.deepEqual(comers(6), [undefined, undefined, undefined, undefined, 1, 1])
  nowMs += 500
  assert.deepEqual(comers(3), [undefined, undefined, 1])
  nowMs += 60_000
  assert.deepEqual(comers(5), [undefined, undefined, undefined, undefined, 1])
  nowMs += 60_000
  assert.equal(refusal(99), undefined)
  assert.equal(refusal(100), 10)
})
