// What a run came to, as lines for a person; the last one is for tools.
import type { Check, Verdict } from './checks/check.ts'
import type { Figure } from './figures/figure.ts'
import type { History } from './records/history.ts'

export interface Report {
  readonly verdicts: readonly (Verdict & { readonly check: Check })[]
  readonly figures: readonly Figure[]
  readonly commands: number
  readonly faults: number
  readonly kinds: readonly string[]
}

const VIOLATIONS_SHOWN = 5

export function reportOf(
  history: History,
  checks: readonly Check[],
  figures: readonly Figure[],
): Report {
  const begun = history.nemesis.flatMap((line) => (line.is === 'start' ? [line.kind] : []))
  return {
    verdicts: checks.map((check) => ({ check, ...check.run(history) })),
    figures,
    commands: history.commands.filter((line) => line.is === 'ok').length,
    faults: begun.length,
    kinds: [...new Set(begun)].sort(),
  }
}

export const violationsIn = ({ verdicts }: Report): number =>
  verdicts.reduce((sum, { violations }) => sum + violations.length, 0)

export function reportText(report: Report): string {
  const checks = report.verdicts.flatMap(({ check, looked, violations }) => [
    `${violations.length === 0 ? '✔' : '✖'} ${check.name.padEnd(24)} ` +
      `${String(looked).padStart(9)} looked at, ${violations.length} violations`,
    ...violations.slice(0, VIOLATIONS_SHOWN).map((one) => `    ${one}`),
    ...(violations.length > VIOLATIONS_SHOWN
      ? [`    and ${violations.length - VIOLATIONS_SHOWN} more`]
      : []),
  ])
  const figures = report.figures.map(({ name, value, limit, isMet }) => {
    const sign = isMet === undefined ? '·' : isMet ? '✔' : '✖'
    return `${sign} ${name.padEnd(50)} ${value}${limit && `  (${limit})`}`
  })
  // Said, and no violation: how long something takes is the machine's doing as well.
  const over = report.figures.filter(({ isMet }) => isMet === false).length
  const kinds = `${over} figures over their limit; kinds: ${report.kinds.join(', ')}`
  return ['', ...checks, '', ...figures, '', kinds].join('\n')
}

export function closingLine(report: Report): string {
  const { commands, faults, kinds } = report
  return (
    `faults: ${commands} commands, ${faults} faults of ${kinds.length} kinds, ` +
    `${violationsIn(report)} violations`
  )
}
