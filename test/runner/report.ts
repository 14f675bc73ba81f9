// What a check, the start of the parts or a test file came to, as lines for a person.

export interface Report {
  readonly name: string
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly durationMs: number
  /** Everything that explains a failure; empty when there is none. */
  readonly detail: string
}

export interface Totals {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const SLOWEST_SHOWN = 10

/** The report of something that passes or fails as a whole, and counts as one test. */
export function reportOf(name: string, startedMs: number, failure?: string): Report {
  const failed = failure === undefined ? 0 : 1
  const durationMs = performance.now() - startedMs
  return { name, passed: 1 - failed, failed, skipped: 0, durationMs, detail: failure ?? '' }
}

export function reportText(report: Report): string {
  const { name, passed, failed, skipped, detail } = report
  const counts = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(passed > 0 ? [`${passed} passed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ]
  const line = `${failed > 0 ? '✖' : '✔'} ${name} (${counts.join(', ')}, ${seconds(report)})`
  return failed > 0 || skipped > 0 ? `${line}\n${detail.trimEnd()}` : line
}

/** Where skipping is not allowed, a skipped test is a failed one. */
export function totalsOf(reports: readonly Report[], mayBeSkipped: boolean): Totals {
  const sum = (key: keyof Totals) => reports.reduce((total, report) => total + report[key], 0)
  const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')]
  if (mayBeSkipped) return { passed, failed, skipped }
  return { passed, failed: failed + skipped, skipped: 0 }
}

/** The slowest, and once more the names of what failed. */
export function summaryText(reports: readonly Report[]): string {
  const slowest = reports.toSorted((left, right) => right.durationMs - left.durationMs)
  const times = slowest
    .slice(0, SLOWEST_SHOWN)
    .map((report) => `${seconds(report).padStart(9)}  ${report.name}`)
  const failed = reports.filter((report) => report.failed > 0).map(({ name }) => `  ✖ ${name}`)
  const failures = failed.length > 0 ? ['Failed:', ...failed] : []
  return ['The slowest:', ...times, ...failures].join('\n')
}

/** The line that tools read: it is the last one on stdout. */
export function closingLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

function seconds({ durationMs }: Report): string {
  return `${(durationMs / 1_000).toFixed(1)} s`
}
