// Append-only JSON lines of one process: a line is with the kernel before anything else happens.
import { openSync, readFileSync, writeSync } from 'node:fs'
import type { Stamp } from './lines.ts'

export interface Journal<Line extends object> {
  note(line: Line): void
}

export function openJournal<Line extends object>(file: string): Journal<Line> {
  const descriptor = openSync(file, 'a')
  return {
    note(line) {
      const stamp: Stamp = { atUs: monotonicUs(), wallMs: Date.now() }
      writeSync(descriptor, `${JSON.stringify({ ...stamp, ...line })}\n`)
    },
  }
}

/** A process that was killed may leave half a line behind as its last one. */
export function readJournal<Line extends object>(file: string): (Line & Stamp)[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  lines.pop()
  return lines.map((line) => JSON.parse(line) as Line & Stamp)
}

/** The machine's clock that never jumps, the same in every process. */
export const monotonicUs = (): number => Number(process.hrtime.bigint() / 1_000n)
