// Bytes as a language writes them, by powers of 1,024 as file managers count.

const UNITS = ['byte', 'kilobyte', 'megabyte'] as const
const STEP = 1_024

/** Such as `1.5 MB`, with a digit after the point below ten. */
export function sizeText(language: string, bytes: number): string {
  const power = bytes < STEP ? 0 : bytes < STEP * STEP ? 1 : 2
  const unitDisplay = power === 0 ? 'long' : 'short'
  const style = { style: 'unit', unit: UNITS[power], unitDisplay } as const
  const digits = { maximumFractionDigits: bytes < 10 * STEP ** power ? 1 : 0 }
  return new Intl.NumberFormat(language, { ...style, ...digits }).format(bytes / STEP ** power)
}
