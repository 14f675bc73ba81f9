// What a run takes it gives back.
import assert from 'node:assert/strict'
import test from 'node:test'
import { resources } from './resources.ts'
import { trueHistory, violationsOf, withTruth } from './sample.ts'

test('an empty outbox and small processes are right', () => {
  assert.deepEqual(violationsOf(resources, trueHistory()), [])
})

test('a backlog, a grown process and a death of its own are told', () => {
  const history = trueHistory()
  const stamp = { atUs: 0, wallMs: 0 }
  const backlog = { ...stamp, is: 'backlog', unsent: 4, written: 9 } as const
  const grown = {
    ...stamp,
    is: 'process',
    name: 'api-1',
    memoryBytes: 2e9,
    descriptors: 9,
  } as const
  const died = { ...stamp, is: 'died', name: 'search-1' } as const
  for (const broken of [
    { ...history, probes: [backlog] },
    { ...history, probes: [grown] },
    { ...history, nemesis: [died] },
  ]) {
    assert.equal(violationsOf(resources, broken).length, 1)
  }
})

test('a death that a marked message asked for is none of its own', () => {
  const died = { atUs: 0, wallMs: 0, is: 'died', name: 'search-1' } as const
  const history = { ...withTruth(trueHistory(), { crashes: 1 }), nemesis: [died] }
  assert.deepEqual(violationsOf(resources, history), [])
})
