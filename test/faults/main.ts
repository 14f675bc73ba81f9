// `npm run faults [-- OPTIONS]`: load and faults on the real thing, fifteen checks, one last line.
import { CHECKS } from './checks/checks.ts'
import { MEASURES } from './figures/figures.ts'
import { scheduleOf } from './nemesis/schedule.ts'
import { type Options, readOptions } from './options.ts'
import { randomOf } from './random.ts'
import { closingLine, type Report, reportOf, reportText, violationsIn } from './report.ts'
import { run } from './run.ts'

/** Between two faults, on average. */
const STEP_MS = 5_200
const HOUR_MS = 3_600_000

const interruption = new AbortController()
// Once: a second signal ends this process at once, and the watchdog removes what is left.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(name, () => interruption.abort(new Error(`interrupted by ${name}`)))
}
const startedMs = performance.now()
const elapsedS = () => ((performance.now() - startedMs) / 1_000).toFixed(1).padStart(6)
const say = (line: string) => console.log(`${elapsedS()} s  ${line}`)

async function one(options: Options, seed: number): Promise<Report> {
  const { lengthMs, rate, kinds } = options
  say(`seed ${seed}`)
  const random = randomOf(seed)
  const schedule = scheduleOf({ lengthMs, random, kinds, stepMs: STEP_MS })
  const { signal } = interruption
  const ran = await run({ seed, lengthMs, rate, schedule, signal, say })
  const figures = MEASURES.flatMap((measure) => measure(ran.history))
  const report = reportOf(ran.history, CHECKS, figures)
  console.log(reportText(report))
  if (violationsIn(report) === 0) ran.forget()
  else {
    console.log(`The history is kept in ${ran.folder}; again: --seed ${seed}`)
    process.exitCode = 1
  }
  return report
}

/** One run after the other until the hours are over; answers them as one. */
async function campaign(options: Options): Promise<Report> {
  const reports: Report[] = []
  do reports.push(await one(options, options.seed + reports.length))
  while (performance.now() - startedMs < options.hours * HOUR_MS)
  const sum = (count: (report: Report) => number) =>
    reports.reduce((total, report) => total + count(report), 0)
  return {
    verdicts: reports.flatMap((report) => report.verdicts),
    figures: reports.flatMap((report) => report.figures),
    commands: sum((report) => report.commands),
    faults: sum((report) => report.faults),
    kinds: [...new Set(reports.flatMap((report) => report.kinds))],
  }
}

try {
  console.log(closingLine(await campaign(readOptions())))
} catch (error) {
  console.error(interruption.signal.aborted ? String(error) : error)
  process.exitCode = 1
}
