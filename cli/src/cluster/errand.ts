// A program that runs once to its end, with a log and a deadline: mvn, format, initdb.
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import type { Account } from './account.ts'
import { ClusterError, logTail } from './failure.ts'

export interface Errand {
  /** Says in an error what was being done: `Downloading Kafka's jars`. */
  readonly purpose: string
  readonly command: string
  readonly args: readonly string[]
  readonly logFile: string
  readonly limitMs: number
  readonly signal: AbortSignal
  readonly workDir?: string
  readonly account?: Account | undefined
  /** What it reads from its standard input. */
  readonly input?: string
  /** What to do when it fails. */
  readonly advice?: string
}

/** Resolves when the program ended with 0; otherwise throws, with the end of its log. */
export async function runErrand(errand: Errand): Promise<void> {
  const outcome = await outcomeOf(errand)
  errand.signal.throwIfAborted()
  if (outcome === 'ok') return
  const advice = errand.advice ? ` ${errand.advice}` : ''
  throw new ClusterError(
    `${errand.purpose} failed: ${outcome}.${advice}\n${logTail(errand.logFile)}`,
  )
}

function outcomeOf(errand: Errand): Promise<string> {
  const log = openSync(errand.logFile, 'w')
  const child = spawn(errand.command, errand.args, {
    ...errand.account,
    cwd: errand.workDir,
    stdio: ['pipe', log, log],
    timeout: errand.limitMs,
    killSignal: 'SIGKILL',
    signal: errand.signal,
  })
  closeSync(log)
  // A program that ends before it has read its input breaks the pipe; its exit code tells more.
  child.stdin?.on('error', () => {})
  child.stdin?.end(errand.input ?? '')
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => {
      if (code === 0) return resolve('ok')
      const limit = `no end within ${errand.limitMs / 1000} s`
      resolve(code !== null ? `exit code ${code}` : signal === 'SIGKILL' ? limit : `${signal}`)
    })
  })
}
