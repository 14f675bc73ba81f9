// One effect an event and group, or a dead letter.
import assert from 'node:assert/strict'
import test from 'node:test'
import { effectCount } from './effect-count.ts'
import { effectOf, trueHistory, violationsOf, withTruth } from './sample.ts'

test('one effect each is right, and none of what was discarded', () => {
  const history = trueHistory()
  assert.deepEqual(violationsOf(effectCount, history), [])
  const place = { topic: 'message.events', partition: 9, offset: 1 }
  const row = { ...place, group: effectOf(2).group, eventId: 'e2', isEnded: true }
  const left = (state: string) =>
    withTruth(history, { effects: [effectOf(1)], buried: [{ ...row, state }] })
  assert.deepEqual(violationsOf(effectCount, left('discarded')), [])
  assert.equal(violationsOf(effectCount, left('redriven')).length, 1)
})

test('none and two are told', () => {
  const history = trueHistory()
  const none = withTruth(history, { effects: [effectOf(1)] })
  const two = withTruth(history, { effects: [effectOf(1), effectOf(2), { ...effectOf(2), id: 3 }] })
  assert.match(violationsOf(effectCount, none).join(), /0 effects of MessageSent/)
  assert.match(violationsOf(effectCount, two).join(), /2 effects of MessageSent/)
})
