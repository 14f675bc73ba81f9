// The length of functions, read from text that Biome has formatted: a body ends at its indent.

export interface FunctionSpan {
  /** The line that opens the body, from 1. */
  readonly line: number
  readonly lines: number
}

const OPENS_BODY = /(=>|\)(: .+)?) \{$/
const OTHER_BLOCK = /^(if|for|while|switch|catch|\} (else|catch|finally)|else|do|try)\b/
const REGISTERS_TESTS = /^(describe|suite|test|it)\(/

/**
 * Every function of the text, from the line that opens its body to its closing brace. One that
 * registers tests is a table of contents: its tests are measured, not itself.
 */
export function functionsIn(text: string): FunctionSpan[] {
  const lines = text.split('\n')
  return lines.flatMap((head, at) => {
    if (!OPENS_BODY.test(head) || OTHER_BLOCK.test(head.trim())) return []
    const indent = indentOf(head)
    const end = lines.findIndex(
      (line, index) => index > at && indentOf(line) === indent && /^\s*\}/.test(line),
    )
    const body = lines.slice(at + 1, end)
    const registers = body.some(
      (line) => indentOf(line) === indent + 2 && REGISTERS_TESTS.test(line.trim()),
    )
    return registers ? [] : [{ line: at + 1, lines: end - at + 1 }]
  })
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length
}
