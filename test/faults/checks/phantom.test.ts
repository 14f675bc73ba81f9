// What was refused leaves nothing, and nothing is published that was not committed.
import assert from 'node:assert/strict'
import test from 'node:test'
import { phantom } from './phantom.ts'
import { eventOf, messageOf, recordOf, trueHistory, violationsOf, withTruth } from './sample.ts'

test('records of committed events are no phantoms, nor is what the nemesis wrote', () => {
  const history = trueHistory()
  assert.deepEqual(violationsOf(phantom, history), [])
  const place = { topic: 'message.events', partition: 3, offset: 0 }
  const stamp = { atUs: 0, wallMs: 0 }
  const poisoned = {
    ...withTruth(history, {
      records: [{ ...place, key: '9', eventId: undefined, type: undefined, hash: 'h' }],
    }),
    nemesis: [{ ...stamp, is: 'poison', ...place, why: 'no JSON' } as const],
  }
  assert.deepEqual(violationsOf(phantom, poisoned), [])
})

test('a message of a refused command is one', () => {
  const history = trueHistory()
  const stamp = { atUs: 0, wallMs: 0 }
  const fail = { ...stamp, is: 'fail', command: 'c9', api: 'api-1', code: 'not_found' } as const
  const broken = {
    ...withTruth(history, { messages: [messageOf(9)] }),
    commands: [...history.commands, fail],
  }
  assert.deepEqual(violationsOf(phantom, broken), ['the refused message c9 is in room 7'])
})

test('so is a record of an event that no transaction committed', () => {
  const history = trueHistory()
  const broken = withTruth(history, { events: [eventOf(1)], records: [recordOf(1), recordOf(2)] })
  assert.equal(violationsOf(phantom, broken).length, 1)
})
