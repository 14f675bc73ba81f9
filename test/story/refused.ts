// A call that must be refused, and with which code.
import assert from 'node:assert/strict'
import { ProblemAnswer } from '@sosik/client'
import type { ProblemCode } from '@sosik/contract/errors'

export async function refused(code: ProblemCode, call: Promise<unknown>): Promise<void> {
  await assert.rejects(call, (error) => error instanceof ProblemAnswer && error.code === code)
}
