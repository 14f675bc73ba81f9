// Rows as aligned columns for a person, or as JSON for a program.
import type { OutputFlags } from './output.ts'

export type Row = Readonly<Record<string, string | number | undefined>>

const GAP = '  '
/** What moves a terminal's cursor or colours it: texts here come from anybody. */
const CONTROLS = /\p{Cc}+/gu

/** Prints the rows on stdout; column names are the rows' own, in upper case. */
export function printRows(rows: readonly Row[], output: OutputFlags['output']): void {
  if (output === 'json') printJson(rows)
  else console.log(tableOf(rows))
}

export function printJson(value: unknown): void {
  console.log(JSON.stringify(value, undefined, 2))
}

/** The text as one line that does nothing to a terminal. */
export const plainLine = (text: string): string => text.replaceAll(CONTROLS, ' ')

function tableOf(rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? {})
  const lines = [
    names.map((name) => name.toUpperCase().replaceAll('_', '-')),
    ...rows.map((row) => names.map((name) => plainLine(String(row[name] ?? '-')))),
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
