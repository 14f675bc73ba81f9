// A reader's streams are its line: dense, in order, as stored, and its own.
import assert from 'node:assert/strict'
import test from 'node:test'
import { streams } from './streams.ts'
import { newsOf, trueHistory, violationsOf, withTruth } from './sample.ts'

test('a line that is told as it is stored is right', () => {
  assert.deepEqual(violationsOf(streams, trueHistory()), [])
})

test('a gap, a step back and a resync are told', () => {
  const history = trueHistory(3)
  const [opened, ready, first, second, third] = history.streams
  assert.ok(opened && ready && first && second && third)
  const resync = { atUs: 0, wallMs: 0, is: 'resync', userId: 2, head: 'a.3' } as const
  for (const lines of [
    [opened, ready, first, third],
    [opened, ready, first, second, second, third],
    [opened, ready, first, second, third, resync],
  ]) {
    assert.notEqual(violationsOf(streams, { ...history, streams: lines }).length, 0)
  }
})

test('other news than stored, foreign rooms and news told twice are told', () => {
  const history = trueHistory()
  const other = withTruth(history, { news: [newsOf(1), { ...newsOf(2), subject: 'x' }] })
  const foreign = withTruth(history, { readMarkers: [] })
  const twice = withTruth(history, { news: [...history.truth.news, { ...newsOf(2), seq: 3 }] })
  assert.match(violationsOf(streams, other).join(), /not as it is stored/)
  assert.match(violationsOf(streams, foreign).join(), /not theirs/)
  assert.match(violationsOf(streams, twice).join(), /again at 3/)
})

test('what was said while somebody was away is not for their line', () => {
  const history = trueHistory()
  const [invoke, ...rest] = history.commands
  assert.ok(invoke?.is === 'invoke')
  const hidden = { ...history, commands: [{ ...invoke, hiddenFromId: 2 }, ...rest] }
  assert.match(violationsOf(streams, hidden).join(), /message m1 at 1 is not theirs/)
})
