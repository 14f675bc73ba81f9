// A number of the command line, or a sentence that helps.

/** Finite and not negative. Throws for any other text. */
export function numberOption(name: string, text: string | undefined, fallback: number): number {
  const number = text === undefined ? fallback : Number(text)
  if (Number.isFinite(number) && number >= 0) return number
  throw new Error(`--${name} is a number, not ${text}.`)
}
