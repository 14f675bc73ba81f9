// Questions that share an answer.
import assert from 'node:assert/strict'
import test from 'node:test'
import { askTogether } from './ask-together.ts'

test('who comes while a question is under way shares the next one', async () => {
  const asked: number[][] = []
  const ask = askTogether(async (ids: readonly number[]) => {
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
