// The failure that a person can mend, and the last lines of a log that explain it.
import { existsSync, readFileSync } from 'node:fs'

const LOG_TAIL_LINES = 15
const JAVA_FRAME = /^\s+at /

/** Its message says what happened and what to do; everything else that is thrown is a bug. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError'
}

/** The end of a log as indented text under its path; says so when there is none. */
export function logTail(logFile: string): string {
  const text = existsSync(logFile) ? readFileSync(logFile, 'utf8').trimEnd() : ''
  if (text === '') return `${logFile} is empty.`
  const lines = text
    .split('\n')
    .filter((line) => !JAVA_FRAME.test(line))
    .slice(-LOG_TAIL_LINES)
  return `The last lines of ${logFile}:\n${lines.map((line) => `  | ${line}`).join('\n')}`
}
