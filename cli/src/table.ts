// Rows as aligned columns for a person, or as JSON for a program.
import type { LogFlags } from './on-log.ts'

export type Row = Readonly<Record<string, string | number | undefined>>

const GAP = '  '

/** Prints the rows on stdout; column names are the rows' own, in upper case. */
export function printRows(rows: readonly Row[], output: LogFlags['output']): void {
  console.log(output === 'json' ? JSON.stringify(rows, undefined, 2) : tableOf(rows))
}

function tableOf(rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? {})
  const lines = [
    names.map((name) => name.toUpperCase().replaceAll('_', '-')),
    ...rows.map((row) => names.map((name) => String(row[name] ?? '-'))),
  ]
  const widths = names.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)))
  return lines
    .map((line) =>
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join(GAP)
        .trimEnd(),
    )
    .join('\n')
}
