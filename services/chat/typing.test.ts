// How often typing is told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TYPING_INTERVAL_MS, typingGate } from './typing.ts'

test('typing is told once an interval, for each person and room by itself', () => {
  const gate = typingGate()
  assert(gate.isOpen(1, 1, 0))
  gate.passed(1, 1, 0)
  assert(!gate.isOpen(1, 1, TYPING_INTERVAL_MS - 1))
  assert(gate.isOpen(1, 2, 0))
  assert(gate.isOpen(2, 1, 0))
  assert(gate.isOpen(1, 1, TYPING_INTERVAL_MS))
})

test('what is remembered is bounded: who was told longest ago is forgotten first', () => {
  const gate = typingGate(2)
  gate.passed(1, 1, 0)
  gate.passed(1, 2, 1)
  gate.passed(1, 1, 2)
  gate.passed(1, 3, 3)
  assert(!gate.isOpen(1, 1, 4))
  assert(gate.isOpen(1, 2, 4))
  assert(!gate.isOpen(1, 3, 4))
})
