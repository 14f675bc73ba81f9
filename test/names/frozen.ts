// How names are held: what a module exports, and a table of what there was before.
import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { ROOT } from '../house/tree.ts'

/** A `+` line is new, a `-` line is gone: move it in its table if it is meant. */
export function same(now: readonly string[], frozen: string): void {
  const before = frozen
    .trim()
    .split('\n')
    .map((line) => line.trim())
  assert.deepEqual([...now].sort(), before.sort())
}

export async function namesOf(file: string): Promise<Record<string, unknown>> {
  return (await import(resolve(ROOT, file))) as Record<string, unknown>
}
