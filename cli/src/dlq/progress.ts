// Tells how a run goes, until the group's members have ended it.
import { setTimeout as pause } from 'node:timers/promises'
import type { DeadLetters, RedriveRun } from 'sosik'
import { CommandError } from '../command-error.ts'
import type { OutputFlags } from '../output.ts'
import { printRows } from '../table.ts'
import { spanText } from '../time.ts'
import { runRow } from './rows.ts'

/** One of them failed again. */
const EXIT_FAILED = 3
const LOOK_EVERY_MS = 200
const TELL_EVERY_MS = 1_000
/** Members look for what is asked once a second. */
const IDLE_MS_MAX = 10_000

/** Answers the exit code. */
export async function followRun(
  letters: DeadLetters,
  runId: string,
  output: OutputFlags['output'],
): Promise<number> {
  const startMs = performance.now()
  let toldAtMs = startMs
  let told = ''
  let isHelped = false
  for (;;) {
    const run = await letters.run(runId)
    if (run === undefined) throw new CommandError(`The run ${runId} is gone.`)
    const nowMs = performance.now()
    if (run.unfinished === 0) {
      if (output === 'json') printRows([runRow(run)], output)
      console.error(`${figuresOf(run)} (${spanText(nowMs - startMs)}, run ${runId})`)
      return run.failed > 0 ? EXIT_FAILED : 0
    }
    const figures = figuresOf(run)
    if (figures !== told && nowMs - toldAtMs >= TELL_EVERY_MS) {
      console.error(`${figures}, ${run.unfinished} to go`)
      told = figures
      toldAtMs = nowMs
    }
    const isIdle = run.succeeded + run.failed === 0 && nowMs - startMs > IDLE_MS_MAX
    if (isIdle && !isHelped) {
      console.error(
        `${run.action}: nothing has begun yet. The members of ${run.group} do it: are any running?`,
      )
      isHelped = true
    }
    await pause(LOOK_EVERY_MS)
  }
}

function figuresOf({ action, group, selected, succeeded, failed, followers }: RedriveRun): string {
  const done = action === 'redrive' ? 'redriven' : 'discarded'
  return (
    `${action}: of ${selected} of ${group} ${succeeded} ${done}, ${failed} failed again, ` +
    `${followers} handled that waited behind them`
  )
}
