// What is said of a way from what its places say.
import assert from 'node:assert/strict'
import test from 'node:test'
import { SENTENCES } from './sentences.ts'
import { type Finding, traceOf } from './trace.ts'

const passed = (stage: Finding['stage'], code: Finding['code']): Finding => {
  return { stage, state: 'passed', code, facts: {} }
}

const statesOf = (findings: readonly Finding[]) => {
  const { stages, verdict } = traceOf('m', 2, findings)
  return [stages.map(({ state }) => state[0]).join(''), verdict.code]
}

const accepted = passed('message', 'message_accepted')
const sent = passed('outbox', 'outbox_sent')

test('the verdict is the place where it stands, and what follows is not reached', () => {
  const waiting: Finding = { stage: 'outbox', state: 'waiting', code: 'outbox_waiting', facts: {} }
  assert.deepEqual(statesOf([accepted, waiting]), ['pwnnnnn', 'outbox_waiting'])
  const stopped: Finding = { stage: 'log', state: 'stopped', code: 'log_missing', facts: {} }
  assert.deepEqual(statesOf([accepted, sent, stopped]), ['ppsnnnn', 'log_missing'])
})

test('what a place has forgotten stops nothing', () => {
  const forgotten: Finding = {
    stage: 'outbox',
    state: 'unknown',
    code: 'outbox_forgotten',
    facts: {},
  }
  const found = passed('log', 'log_found')
  assert.deepEqual(statesOf([accepted, forgotten, found]), ['pupnnnn', 'log_found'])
})

test('every sentence is there in both languages, and no two say the same', () => {
  const all = Object.values(SENTENCES)
  for (const language of ['en', 'ko'] as const) {
    assert.equal(new Set(all.map((one) => one[language])).size, all.length)
  }
})
