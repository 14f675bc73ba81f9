// A dead letter has its original and its reason, and is there when it is owed.
import assert from 'node:assert/strict'
import test from 'node:test'
import { groupsOn } from '../nemesis/records.ts'
import type { History } from '../records/history.ts'
import type { DeadLetterRow } from '../records/truth.ts'
import { deadLetters } from './dead-letters.ts'
import { effectOf, messageOf, trueHistory, violationsOf, withTruth } from './sample.ts'

const place = { topic: 'message.events', partition: 3, offset: 5 }

const letterOf = (group: string): DeadLetterRow => ({
  ...place,
  group,
  eventId: 'message.events/3/5',
  errorCode: 'SOSIK_DECODE',
  attempts: 0,
})

function poisoned(groups: readonly string[]): History {
  const history = trueHistory()
  const row = { ...place, key: '9', eventId: undefined, type: undefined, hash: 'h' }
  const records = [...history.truth.records, row]
  const deadLetters = groups.map(letterOf)
  const poison = { atUs: 0, wallMs: 0, is: 'poison', ...place, why: 'no JSON' } as const
  return { ...withTruth(history, { records, deadLetters }), nemesis: [poison] }
}

test('poison ends as a letter in each group that hears its topic', () => {
  const history = poisoned(groupsOn(place.topic))
  assert.deepEqual(violationsOf(deadLetters, history), [])
})

test('a letter that is missing is told', () => {
  const said = violationsOf(deadLetters, poisoned(groupsOn(place.topic).slice(1)))
  assert.deepEqual(said.length, 1)
  assert.match(said.join(), /poison without a letter/)
})

test('a letter without an original, without a reason, or beside an effect is told', () => {
  const history = trueHistory()
  const letter = {
    ...letterOf(effectOf(1).group),
    ...place,
    partition: 9,
    offset: 0,
    eventId: 'e1',
  }
  const said = violationsOf(deadLetters, withTruth(history, { deadLetters: [letter] }))
  assert.match(said.join(), /is not marked[^]*stands beside an effect/)
  const strange = withTruth(history, { deadLetters: [letterOf('search-indexer-group')] })
  assert.match(violationsOf(deadLetters, strange).join(), /has no original/)
})

test('a marked message may die', () => {
  const history = trueHistory()
  const messages = [{ ...messageOf(1), content: '!throw search-indexer-group 99' }, messageOf(2)]
  const letter = { ...letterOf('search-indexer-group'), ...place, partition: 9, offset: 0 }
  const dead = withTruth(history, {
    messages,
    effects: [effectOf(2)],
    deadLetters: [{ ...letter, eventId: 'e1' }],
  })
  assert.deepEqual(violationsOf(deadLetters, dead), [])
})

test('what is parked is handled later; an unended letter, or none of an entry, is told', () => {
  const history = trueHistory()
  const parked = { ...letterOf('search-indexer-group'), ...place, partition: 9, offset: 1 }
  const waiting = { ...parked, eventId: 'e2', errorCode: 'SOSIK_PARKED' }
  const followed = withTruth(history, { deadLetters: [waiting] })
  assert.deepEqual(violationsOf(deadLetters, followed), [])
  const row = { ...place, group: 'search-indexer-group', eventId: 'e2', state: 'open' }
  const open = withTruth(history, { buried: [{ ...row, isEnded: false }] })
  assert.match(violationsOf(deadLetters, open).join(), /is open in the end[^]*no letter is of it/)
})
